//! What only one process does at a time.

use chrono::TimeDelta;
use soutien::platform::leases;

use crate::house::House;

#[tokio::test]
async fn a_lease_that_was_lost_is_not_given_back_over_its_new_holder() {
    let house = House::empty().await;
    let slow = leases::take(&house.core, "mailbox contact").await.unwrap().unwrap();
    assert!(leases::take(&house.core, "mailbox contact").await.unwrap().is_none());
    house.wait(TimeDelta::minutes(2));
    let next = leases::take(&house.core, "mailbox contact").await.unwrap().unwrap();
    assert!(!slow.hold(&house.core).await.unwrap(), "somebody else has it");
    slow.give_back(&house.core).await.unwrap();
    assert!(leases::take(&house.core, "mailbox contact").await.unwrap().is_none(), "the new holder keeps it");
    next.give_back(&house.core).await.unwrap();
    assert!(leases::take(&house.core, "mailbox contact").await.unwrap().is_some());
}
