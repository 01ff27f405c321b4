//! Whatever is merged, undone and given, in whatever order.

use super::*;

/// A merge of two of five records, or the undoing of one of those made so far.
#[derive(Debug, Clone, Copy)]
enum Step {
    Merge(usize, usize),
    Undo(usize),
    Give(usize),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (0..5usize, 0..5usize).prop_map(|(a, b)| Step::Merge(a, b)),
        (0..6usize).prop_map(Step::Undo),
        (0..5usize).prop_map(Step::Give),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn whatever_is_merged_and_undone_no_money_is_lost(steps in proptest::collection::vec(step(), 1..14)) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let house = House::new().await;
            let mut ids = Vec::new();
            for n in 0..5 {
                let street = if n % 2 == 0 { "3 rue des Lilas" } else { "" };
                let id = keep(&house, &zoe(street, &format!("zoe{n}@exemple.org"))).await;
                give(&house, id, 100 << n).await;
                ids.push(id);
            }
            let before = everything(&house).await;
            let (mut merges, mut sum, mut given) = (Vec::new(), 3100, false);
            for step in steps {
                match step {
                    Step::Merge(a, b) => merges.extend(merge(&house, ids[a], ids[b]).await.ok()),
                    Step::Undo(at) => {
                        if let Some(id) = merges.get(at).copied()
                            && undo(&house, id).await.is_ok()
                        {
                            merges.retain(|merge| *merge != id);
                        }
                    }
                    Step::Give(at) => {
                        let row = donors::queries::get(house.core.db.read(), ids[at]).await.unwrap().unwrap();
                        if row.merged_into.is_none() {
                            give(&house, ids[at], 7).await;
                            (sum, given) = (sum + 7, true);
                        }
                    }
                }
                holds(&house).await;
                let lines = gift::Entity::find().all(house.core.db.read()).await.unwrap();
                assert_eq!(lines.iter().map(|line| line.gross_cents).sum::<i64>(), sum);
            }
            for id in merges.into_iter().rev() {
                undo(&house, id).await.unwrap();
            }
            holds(&house).await;
            if !given {
                assert_eq!(everything(&house).await, before);
            }
        });
    }
}
