use proptest::prelude::*;

use super::*;
use crate::address::{AddressPart, PostalAddress};
use crate::gift::{Cap, Caps, Form};
use crate::lang::Lang;
use crate::receipt::facts::SignerFacts;
use crate::words::Spelling;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn association() -> Association {
    Association {
        name: "Les Amis du Chêne".into(),
        siren: Some("732 829 320".into()),
        rna: None,
        address: PostalAddress::tidy(&["1 place du Marché"], "69007", "Lyon", "FR"),
        object: "Rendre le numérique accessible à tous".into(),
        category: category::DEFAULT.into(),
        sub_box: Some(category::DEFAULT_SUB_BOX.into()),
        category_precision: None,
        articles: vec!["200".into()],
        spelling: Spelling::Traditional,
        dues_without_receipt: false,
        caps: Caps::default(),
        signer: Some(SignerFacts {
            name: "Zoë d’Œ".into(),
            quality: "Trésorière".into(),
            image_sha256: None,
        }),
    }
}

fn donor(id: i64) -> Donor {
    Donor {
        id,
        kind: DonorKind::Person,
        last_name: "O’Brien-Müller".into(),
        first_names: "Zoë".into(),
        address: PostalAddress::tidy(&["2 rue Basse"], "35000", "Rennes", "FR"),
        preference: Preference::Yearly,
        wants_receipt_abroad: false,
        merged_into: None,
    }
}

fn gift(id: i64, donor_id: i64, date: &str, cents: i64) -> Gift {
    Gift {
        id,
        donor_id: Some(donor_id),
        date: day(date),
        gross: Cents(cents),
        nature: Nature::Money,
        form: Form::ManualGift,
        method: Some(Method::Card),
        receipted_elsewhere: None,
        live_receipt: None,
        reverses: None,
        purpose: Purpose::Gift,
        counterpart: Cents::ZERO,
        proven: true,
    }
}

fn only(plan: &Plan) -> &DonorPlan {
    assert_eq!(plan.donors.len(), 1);
    &plan.donors[0]
}

fn issued(plan: &Plan) -> Vec<Draft> {
    match &only(plan).outcome {
        Outcome::Issue(drafts) => drafts.clone(),
        Outcome::LeftOut(reasons) => panic!("{reasons:?}"),
    }
}

fn left_out(plan: &Plan) -> Vec<Reason> {
    match &only(plan).outcome {
        Outcome::LeftOut(reasons) => reasons.clone(),
        Outcome::Issue(drafts) => panic!("{drafts:?}"),
    }
}

fn for_donor(donor: Donor) -> Plan {
    plan(2026, &association(), &[donor], &[gift(1, 1, "2026-03-01", 5000)])
}

#[test]
fn a_year_of_gifts_makes_one_receipt_with_every_payment() {
    let gifts = [
        Gift { method: Some(Method::Cheque), ..gift(2, 1, "2026-06-01", 2100) },
        gift(1, 1, "2026-03-01", 5000),
        gift(3, 1, "2025-12-31", 900),
    ];
    let drafts = issued(&plan(2026, &association(), &[donor(1)], &gifts));
    let facts = drafts[0].clone().issue("RF-2027-000001", day("2027-01-15"), None).unwrap();
    assert_eq!(drafts.len(), 1);
    assert_eq!(drafts[0].gift_ids().collect::<Vec<_>>(), [1, 2]);
    assert_eq!((facts.amount_cents, facts.amount_in_words.as_str()), (7100, "soixante et onze euros"));
    assert_eq!(
        (facts.methods, facts.natures, facts.forms),
        (
            vec!["cheque".to_owned(), "card".to_owned()],
            vec!["money".to_owned()],
            vec!["manual_gift".to_owned()],
        )
    );
    assert_eq!(facts.association.registration, "732829320");
    assert_eq!(facts.association.category_sub_label.as_deref(), Some("Association loi 1901"));
    assert_eq!((facts.donor.country.as_str(), facts.gift_year), ("France", 2026));
}

#[test]
fn waived_expenses_have_a_receipt_of_their_own() {
    let waived = Gift {
        nature: Nature::WaivedExpenses,
        method: Some(Method::Other),
        ..gift(2, 1, "2026-04-01", 3000)
    };
    let drafts = issued(&plan(2026, &association(), &[donor(1)], &[gift(1, 1, "2026-03-01", 5000), waived]));
    let natures: Vec<_> = drafts.iter().map(|d| d.preview().natures.clone()).collect();
    assert_eq!(natures, [["money"], ["waived_expenses"]]);
    assert!(drafts[1].preview().methods.is_empty());
}

#[test]
fn dues_and_slight_counterparts_count_and_others_do_not() {
    let dues = Gift { purpose: Purpose::Dues, ..gift(1, 1, "2026-01-05", 2000) };
    let shirt = Gift { counterpart: Cents(2500), ..gift(2, 1, "2026-02-01", 10_000) };
    let dear = Gift { counterpart: Cents(2501), ..gift(3, 1, "2026-03-01", 10_000) };
    let gifts = [dues, shirt, dear];
    let plan_of = |body: &Association, gifts: &[Gift]| plan(2026, body, &[donor(1)], gifts);
    let found = plan_of(&association(), &gifts);
    assert_eq!(issued(&found)[0].amount(), Cents(12_000));
    let why = Reason::CounterpartTooDear { gross: Cents(10_000), counterpart: Cents(2501) };
    assert_eq!(only(&found).left_lines, [(3, why.clone())]);
    let without = Association { dues_without_receipt: true, ..association() };
    let found = plan_of(&without, &gifts);
    assert_eq!(issued(&found)[0].amount(), Cents(10_000));
    assert_eq!(only(&found).left_lines, [(1, Reason::DuesWithoutReceipt), (3, why)]);
}

#[test]
fn what_a_person_is_given_in_a_year_is_summed_against_the_cap() {
    let shirt = |id, date| Gift { counterpart: Cents(2500), ..gift(id, 1, date, 10_000) };
    let gifts = [
        shirt(1, "2026-01-05"),
        shirt(2, "2026-02-01"),
        shirt(3, "2026-03-01"),
        gift(4, 1, "2026-04-01", 500),
    ];
    let found = plan(2026, &association(), &[donor(1)], &gifts);
    assert_eq!(issued(&found)[0].amount(), Cents(20_500));
    let why = Reason::CounterpartBeyondCap { sum: Cents(7500), most: Cents(7300) };
    assert_eq!(only(&found).left_lines, [(3, why)]);
    let raised = Caps::with([Cap { from: day("2026-01-01"), most: Cents(7500) }]);
    let raised = Association { caps: raised, ..association() };
    assert_eq!(issued(&plan(2026, &raised, &[donor(1)], &gifts))[0].amount(), Cents(30_500));
    let back = Gift { reverses: Some(1), counterpart: Cents(-2500), ..gift(5, 1, "2026-01-05", -10_000) };
    let fewer = [gifts.as_slice(), &[back]].concat();
    assert_eq!(issued(&plan(2026, &association(), &[donor(1)], &fewer))[0].amount(), Cents(20_500));
}

#[test]
fn a_waiver_or_a_gift_in_kind_waits_for_its_proof() {
    let waived = Gift {
        nature: Nature::WaivedExpenses,
        method: None,
        proven: false,
        ..gift(1, 1, "2026-04-01", 3000)
    };
    let found = plan(2026, &association(), &[donor(1)], std::slice::from_ref(&waived));
    assert_eq!(left_out(&found), [Reason::ProofMissing]);
    let proven = Gift { proven: true, ..waived };
    assert_eq!(issued(&plan(2026, &association(), &[donor(1)], &[proven]))[0].amount(), Cents(3000));
}

#[test]
fn a_donor_who_prefers_has_one_receipt_for_each_gift() {
    let each = Donor { preference: Preference::Each, ..donor(1) };
    let gifts = [gift(1, 1, "2026-03-01", 5000), gift(2, 1, "2026-03-01", 5000)];
    assert_eq!(issued(&plan(2026, &association(), &[each], &gifts)).len(), 2);
}

#[test]
fn who_gets_none_is_told_why() {
    let no_name = Donor { last_name: " ".into(), ..donor(1) };
    assert_eq!(left_out(&for_donor(no_name)), [Reason::NoName { last_name: true, first_names: false }]);
    let no_street = Donor { address: PostalAddress::tidy(&[], "3500", "Rennes", "FR"), ..donor(1) };
    let parts = vec![AddressPart::Street, AddressPart::PostalCodeShape];
    assert_eq!(left_out(&for_donor(no_street)), [Reason::AddressIncomplete(parts)]);
    assert_eq!(
        left_out(&for_donor(Donor { preference: Preference::None, ..donor(1) })),
        [Reason::PreferenceNone]
    );
    assert_eq!(
        left_out(&for_donor(Donor { kind: DonorKind::Organisation, ..donor(1) })),
        [Reason::Organisation]
    );
    let abroad = Donor { address: PostalAddress::tidy(&["1 rue Y"], "1000", "Bruxelles", "BEL"), ..donor(1) };
    assert_eq!(left_out(&for_donor(abroad.clone())), [Reason::NotInFrance { country: "BE".into() }]);
    assert_eq!(issued(&for_donor(Donor { wants_receipt_abroad: true, ..abroad })).len(), 1);
    assert_eq!(left_out(&plan(2026, &association(), &[], &[gift(1, 9, "2026-01-01", 1)])), [Reason::NoDonor]);
}

#[test]
fn money_receipted_elsewhere_or_already_here_is_not_receipted_again() {
    let elsewhere = Gift { receipted_elsewhere: Some("HA-77".into()), ..gift(1, 1, "2026-03-01", 5000) };
    let already = Gift { live_receipt: Some("RF-2026-000009".into()), ..gift(2, 1, "2026-03-02", 5000) };
    let both = plan(2026, &association(), &[donor(1)], &[elsewhere.clone(), already.clone()]);
    assert_eq!(
        left_out(&both),
        [
            Reason::ReceiptedElsewhere { number: "HA-77".into() },
            Reason::AlreadyReceipted { number: "RF-2026-000009".into() },
        ]
    );
    let gifts = [elsewhere, already, gift(3, 1, "2026-05-01", 700)];
    let some = plan(2026, &association(), &[donor(1)], &gifts);
    assert_eq!(issued(&some)[0].amount(), Cents(700));
    assert_eq!(only(&some).left_lines.len(), 2);
}

#[test]
fn a_line_and_its_reversal_are_on_no_receipt() {
    let back = Gift { reverses: Some(1), ..gift(2, 1, "2026-03-01", -5000) };
    let gifts = [gift(1, 1, "2026-03-01", 5000), back.clone()];
    let nothing = plan(2026, &association(), &[donor(1)], &gifts);
    assert_eq!(left_out(&nothing), [Reason::NothingLeft]);
    assert_eq!(nothing.cancelled, [1, 2]);
    let receipted = Gift { live_receipt: Some("RF-2026-000001".into()), ..gift(1, 1, "2026-03-01", 5000) };
    let late = plan(2026, &association(), &[donor(1)], &[receipted, back]);
    let reasons = left_out(&late);
    assert_eq!(reasons[0], Reason::ReversedAfterReceipt { number: "RF-2026-000001".into() });
}

#[test]
fn a_gift_taken_back_in_part_or_in_another_year_is_looked_at_by_someone() {
    let partly = Gift { reverses: Some(1), ..gift(2, 1, "2026-03-01", -2000) };
    let later = Gift { reverses: Some(1), ..gift(2, 1, "2027-01-10", -5000) };
    for back in [partly, later] {
        let planned = plan(2026, &association(), &[donor(1)], &[gift(1, 1, "2026-03-01", 5000), back]);
        assert_eq!(left_out(&planned)[0], Reason::ReversedOtherwise);
    }
}

#[test]
fn gifts_of_a_merged_record_are_those_of_the_one_that_remains() {
    let old = Donor { merged_into: Some(1), last_name: String::new(), ..donor(2) };
    let gifts = [gift(1, 1, "2026-03-01", 5000), gift(2, 2, "2026-03-02", 1000)];
    let drafts = issued(&plan(2026, &association(), &[donor(1), old], &gifts));
    assert_eq!((drafts[0].donor_id, drafts[0].amount()), (1, Cents(6000)));
    let looped = [Donor { merged_into: Some(2), ..donor(1) }, Donor { merged_into: Some(1), ..donor(2) }];
    assert_eq!(plan(2026, &association(), &looped, &gifts).year, 2026);
}

#[test]
fn an_association_without_its_mentions_issues_nothing_and_each_is_named() {
    let bare = Association { articles: vec![], ..Association::default() };
    let reasons = left_out(&plan(2026, &bare, &[donor(1)], &[gift(1, 1, "2026-03-01", 5000)]));
    let Some(Reason::AssociationLacks(missing)) = reasons.first() else { panic!("{reasons:?}") };
    for mention in [
        Mention::AssociationName,
        Mention::Registration,
        Mention::AssociationAddress(AddressPart::Street),
        Mention::Object,
        Mention::Category,
        Mention::Articles,
        Mention::SignerName,
        Mention::SignerQuality,
    ] {
        assert!(missing.contains(&mention), "{mention:?}");
    }
    let mistyped = Association { siren: Some("732829321".into()), ..association() };
    assert_eq!(missing_in_association(&mistyped), [Mention::Registration]);
    let other = Association { sub_box: Some("autres".into()), ..association() };
    assert_eq!(missing_in_association(&other), [Mention::CategoryPrecision]);
    for lang in [Lang::Fr, Lang::En] {
        assert!(reasons.iter().all(|reason| reason.sentence(lang).ends_with('.')));
    }
}

#[test]
fn a_receipt_lacking_a_mention_cannot_be_issued() {
    let draft = issued(&for_donor(donor(1))).remove(0);
    assert_eq!(draft.clone().issue(" ", day("2027-01-01"), None), Err(vec![Mention::Number]));
    let mut facts = draft.issue("RF-2027-000001", day("2027-01-01"), None).unwrap();
    facts.amount_cents += 1;
    let missing = crate::receipt::missing_mentions(&facts);
    assert_eq!(missing, [Mention::Amount, Mention::AmountInWords]);
}

fn any_gift() -> impl Strategy<Value = Gift> {
    (1i64..5, 1i64..1_000_000, 0u8..12, 0usize..5, 1u32..13, (0i64..40, any::<bool>())).prop_map(
        |(donor_id, cents, fate, nature, month, (share, proven))| {
            let nature = if fate < 8 { Nature::Money } else { Nature::ALL[nature] };
            Gift {
                donor_id: (fate != 0).then_some(donor_id),
                nature,
                method: (nature == Nature::Money && fate != 1).then_some(Method::Card),
                receipted_elsewhere: (fate == 2).then(|| "HA-1".to_owned()),
                live_receipt: (fate == 3).then(|| "RF-2026-000001".to_owned()),
                purpose: if fate == 4 { Purpose::Dues } else { Purpose::Gift },
                counterpart: Cents(if fate == 5 { cents * share / 100 } else { 0 }),
                proven,
                ..gift(0, donor_id, &format!("2026-{month:02}-15"), cents)
            }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn the_bridge_from_ledger_to_receipts_closes_to_zero(mut gifts in proptest::collection::vec(any_gift(), 0..30), reversed in proptest::collection::vec(0usize..30, 0..6), each in any::<bool>(), dues in any::<bool>()) {
        for (id, gift) in (1i64..).zip(gifts.iter_mut()) {
            gift.id = id;
        }
        for (id, index) in (100i64..).zip(reversed) {
            if let Some(original) = gifts.get(index).cloned() {
                let live_receipt = None;
                gifts.push(Gift { id, gross: Cents(-original.gross.0), reverses: Some(original.id), live_receipt, ..original });
            }
        }
        let preference = if each { Preference::Each } else { Preference::Yearly };
        let donors = [donor(1), Donor { preference, ..donor(2) }, Donor { preference: Preference::None, ..donor(3) }];
        let body = Association { dues_without_receipt: dues, ..association() };
        let plan = plan(2026, &body, &donors, &gifts);
        let mut places: Vec<i64> = plan.anonymous.iter().chain(&plan.cancelled).copied().collect();
        for donor in &plan.donors {
            places.extend(donor.left_lines.iter().map(|(id, _)| *id));
            let Outcome::Issue(drafts) = &donor.outcome else { continue };
            for draft in drafts {
                let facts = draft.clone().issue("RF-2027-000001", day("2027-01-02"), None);
                prop_assert!(facts.is_ok(), "{facts:?}");
                prop_assert_eq!(draft.preview().natures.len(), 1);
                prop_assert_eq!(Cents(draft.preview().lines.iter().map(|l| l.amount_cents).sum()), draft.amount());
                for id in draft.gift_ids() {
                    let gift = gifts.iter().find(|gift| gift.id == id);
                    let fits = gift.is_some_and(|gift| {
                        gift.counterpart.0 * 4 <= gift.gross.0
                            && (gift.proven || gift.nature == Nature::Money)
                            && !(dues && gift.purpose == Purpose::Dues)
                    });
                    prop_assert!(fits, "{gift:?} stands on a receipt");
                }
                places.extend(draft.gift_ids());
            }
        }
        places.sort_unstable();
        let mut ids: Vec<i64> = gifts.iter().map(|gift| gift.id).collect();
        ids.sort_unstable();
        prop_assert_eq!(places, ids);
    }
}
