//! A clock that is set back, or jumps ahead: nothing is lost, nobody loses their place.

use chrono::TimeDelta;
use rules::roles::Role;

use super::{mail, promises, receive, the_ticket, ticketed};
use crate::house::House;

#[tokio::test]
async fn a_clock_set_back_loses_no_mail_and_no_promise() {
    let house = House::new().await;
    let first =
        ticketed(&house, mail("lea@x.example", "Un", "1@x.example", "", "Bonjour, une question")).await;
    house.work().await;
    house.wait(-TimeDelta::days(3));
    let second =
        ticketed(&house, mail("zoe@x.example", "Deux", "2@x.example", "", "Bonjour, une autre")).await;
    // She reminds us; by the clock her reminder is older than her question.
    let again =
        mail("lea@x.example", "Re: Un", "3@x.example", "In-Reply-To: <1@x.example>\r\n", "Êtes-vous là ?");
    receive(&house, again).await;
    house.work().await;
    for id in [first, second] {
        let ticket = the_ticket(&house, id).await;
        assert_eq!((ticket.state.as_str(), ticket.promise.as_str()), ("open", "owed"));
    }
    assert_eq!(promises(&house).await.len(), 2);
    let mut lea = house.staff(Role::Agent).await;
    lea.get("/tickets").await.says("Un");
    house.wait(TimeDelta::days(3));
    house.work().await;
    assert_eq!(house.mails().len(), 2, "each got one acknowledgement");
    assert_eq!(soutien::tickets::check(&house.core).await.unwrap(), []);
}

#[tokio::test]
async fn a_clock_that_jumps_ahead_keeps_the_promise() {
    let house = House::with(|config| config.smtp_url = Some("smtp://127.0.0.1:1".into())).await;
    ticketed(&house, mail("lea@x.example", "Un", "1@x.example", "", "Bonjour, une question")).await;
    house.wait(TimeDelta::days(400));
    house.work().await;
    assert_eq!(soutien::tickets::check(&house.core).await.unwrap(), []);
    let ticket = the_ticket(&house, 1).await;
    assert_eq!(ticket.promise, "owed");
}
