//! Probable spam waits in a view of its own, which a person empties: never a bin (law M3).

use super::{agent, mail, the_ticket, ticketed};
use crate::house::House;

fn suspect(n: u8) -> String {
    let more = "X-Spam-Flag: YES\r\nX-Spam-Status: Yes, score=9.1 required=5.0 tests=BAYES_99\r\n";
    mail(
        "Vendeur <v@spam.example>",
        &format!("Gagnez {n}"),
        &format!("s{n}@spam.example"),
        more,
        &format!("Achetez {n}"),
    )
}

#[tokio::test]
async fn what_a_filter_suspects_is_not_in_the_queue_and_gets_no_acknowledgement() {
    let house = House::new().await;
    let mut agent = agent(&house).await;
    let id = ticketed(&house, suspect(1)).await;
    house.work().await;
    assert!(house.mails().is_empty(), "no word goes to a spammer");
    let queue = agent.get("/tickets").await;
    assert!(!queue.body.contains("Gagnez 1"));
    queue.says("Sans doute indésirables");
    agent.get("/tickets?list=suspected").await.says("Gagnez 1");
    agent.get(&format!("/tickets/{id}")).await.says("soupçonne").says("9.1 required");
    let none = agent.post("/tickets/next", &[]).await;
    assert_eq!(none.location.as_deref(), Some("/tickets"), "nobody is given it to answer");
    let ticket = the_ticket(&house, id).await;
    assert_eq!((ticket.promise.as_str(), ticket.suspected), ("owed", true), "and yet it is owed");
}

#[tokio::test]
async fn a_person_empties_the_view() {
    let house = House::new().await;
    let mut agent = agent(&house).await;
    let mut ids = Vec::new();
    for n in 1..=3 {
        ids.push(ticketed(&house, suspect(n)).await.to_string());
    }
    agent.get("/tickets?list=suspected").await;
    let spam = [("verdict", "spam"), ("ids", ids[0].as_str()), ("ids", ids[1].as_str())];
    agent.post("/tickets/suspected", &spam).await;
    for id in &ids[..2] {
        let ticket = the_ticket(&house, id.parse().unwrap()).await;
        assert_eq!((ticket.promise.as_str(), ticket.state.as_str()), ("waived", "closed"));
    }
    agent.post("/tickets/suspected", &[("verdict", "not-spam"), ("ids", ids[2].as_str())]).await;
    let freed = the_ticket(&house, ids[2].parse().unwrap()).await;
    assert_eq!((freed.promise.as_str(), freed.suspected), ("owed", false));
    agent.get("/tickets").await.says("Gagnez 3");
    house.work().await;
    assert_eq!(house.mails().len(), 1, "now they are told that we have it");
    // Two people at once: what is settled is settled once.
    let late = agent.post("/tickets/suspected", &spam).await;
    agent.follow(&late).await.says("plus rien à décider");
    let breaches = soutien::tickets::check(&house.core).await.unwrap();
    assert!(breaches.is_empty(), "{breaches:#?}");
}

#[tokio::test]
async fn a_word_that_no_filter_suspects_brings_the_ticket_into_the_queue() {
    let house = House::new().await;
    let mut agent = agent(&house).await;
    let id = ticketed(&house, suspect(1)).await;
    let suite = mail(
        "Vendeur <v@spam.example>",
        "Re: Gagnez 1",
        "t1@spam.example",
        "In-Reply-To: <s1@spam.example>\r\n",
        "C’est bien moi, une vraie question",
    );
    assert_eq!(ticketed(&house, suite).await, id);
    assert!(!the_ticket(&house, id).await.suspected);
    agent.get("/tickets").await.says("Gagnez 1");
    // A real ticket that is merged into a suspected one stays in the queue.
    let real = ticketed(&house, mail("Léa <lea@x.example>", "Accès", "a1@x.example", "", "Bonjour")).await;
    let other = ticketed(&house, suspect(2)).await;
    agent.get(&format!("/tickets/{real}")).await;
    agent.post(&format!("/tickets/{real}/merge"), &[("into", &other.to_string())]).await;
    let merged = the_ticket(&house, other).await;
    assert_eq!((merged.promise.as_str(), merged.suspected), ("owed", false));
}
