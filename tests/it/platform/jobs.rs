//! Work as rows: done once, tried again, laid aside.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use chrono::TimeDelta;
use entities::job;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};
use soutien::platform::jobs::{self, Work};
use soutien::platform::{Core, Failure};

use crate::house::House;

/// A job that fails as often as it is told to; `steal` takes its own lease away while it runs.
struct Tries {
    runs: Arc<AtomicU32>,
    fails: u32,
    steal: bool,
}

#[async_trait::async_trait]
impl Work for Tries {
    fn kind(&self) -> &'static str {
        "tries"
    }

    async fn run(&self, core: &Core, _: &Value) -> Result<(), Failure> {
        if self.steal {
            job::Entity::update_many()
                .col_expr(job::Column::LeaseToken, Expr::value("another worker's"))
                .filter(job::Column::State.eq("leased"))
                .exec(core.db.read())
                .await?;
        }
        if self.runs.fetch_add(1, Ordering::SeqCst) < self.fails {
            return Err(Failure::new("not this time"));
        }
        Ok(())
    }
}

async fn house(fails: u32, steal: bool) -> (House, Arc<AtomicU32>) {
    let runs = Arc::new(AtomicU32::new(0));
    let mut house = House::empty().await;
    house.core.work = Arc::new(vec![Box::new(Tries { runs: runs.clone(), fails, steal })]);
    (house, runs)
}

async fn ask(house: &House, kind: &str, unique: Option<&str>) -> Option<i64> {
    let tx = house.tx().await;
    let id = jobs::ask(&tx, kind, &json!({}), unique).await.unwrap();
    tx.commit().await.unwrap();
    id
}

async fn row(house: &House, id: i64) -> job::Model {
    job::Entity::find_by_id(id).one(house.core.db.read()).await.unwrap().unwrap()
}

#[tokio::test]
async fn a_job_that_fails_is_tried_again_later() {
    let (house, runs) = house(2, false).await;
    let id = ask(&house, "tries", None).await.unwrap();
    house.work().await;
    let waiting = row(&house, id).await;
    assert_eq!((waiting.state.as_str(), waiting.attempts), ("ready", 1));
    assert_eq!(waiting.last_error.as_deref(), Some("not this time"));
    house.work().await;
    assert_eq!(runs.load(Ordering::SeqCst), 1, "not before its time");
    house.wait(TimeDelta::minutes(1));
    house.work().await;
    house.wait(TimeDelta::minutes(3));
    house.work().await;
    assert_eq!(runs.load(Ordering::SeqCst), 2, "each wait is longer than the one before");
    house.wait(TimeDelta::minutes(1));
    house.work().await;
    assert_eq!((row(&house, id).await.state.as_str(), runs.load(Ordering::SeqCst)), ("done", 3));
}

#[tokio::test]
async fn a_job_that_never_succeeds_is_laid_aside_with_its_error() {
    let (house, runs) = house(u32::MAX, false).await;
    let id = ask(&house, "tries", None).await.unwrap();
    for _ in 0..12 {
        house.work().await;
        house.wait(TimeDelta::days(2));
    }
    let dead = row(&house, id).await;
    assert_eq!((dead.state.as_str(), i64::from(dead.attempts)), ("dead", i64::from(jobs::TRIES)));
    assert_eq!(runs.load(Ordering::SeqCst), 8);
    assert!(dead.last_error.is_some() && dead.ended_at.is_some());
}

#[tokio::test]
async fn the_same_wish_twice_is_one_job_until_it_is_done() {
    let (house, runs) = house(0, false).await;
    let first = ask(&house, "tries", Some("year 2025")).await;
    assert!(first.is_some());
    assert_eq!(ask(&house, "tries", Some("year 2025")).await, None);
    house.work().await;
    assert!(ask(&house, "tries", Some("year 2025")).await.is_some(), "once done it may be asked for again");
    house.work().await;
    assert_eq!(runs.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_job_whose_worker_died_is_taken_up_after_its_lease() {
    let (house, runs) = house(0, false).await;
    let id = ask(&house, "tries", None).await.unwrap();
    let until = house.core.clock.now() + TimeDelta::minutes(5);
    job::Entity::update_many()
        .col_expr(job::Column::State, Expr::value("leased"))
        .col_expr(job::Column::LeaseUntil, Expr::value(until))
        .col_expr(job::Column::LeaseToken, Expr::value("a worker that died"))
        .exec(house.core.db.read())
        .await
        .unwrap();
    house.work().await;
    assert_eq!(runs.load(Ordering::SeqCst), 0, "while the lease holds nobody else works on it");
    house.wait(TimeDelta::minutes(6));
    house.work().await;
    assert_eq!((row(&house, id).await.state.as_str(), runs.load(Ordering::SeqCst)), ("done", 1));
}

#[tokio::test]
async fn a_worker_that_lost_its_lease_does_not_settle_the_job() {
    let (house, _) = house(0, true).await;
    let id = ask(&house, "tries", None).await.unwrap();
    house.work().await;
    let row = row(&house, id).await;
    assert_eq!(row.state, "leased", "it belongs to the other worker now");
    assert_eq!(row.lease_token.as_deref(), Some("another worker's"));
}

#[tokio::test]
async fn a_job_nobody_knows_says_so() {
    let (house, _) = house(0, false).await;
    let id = ask(&house, "knitting", None).await.unwrap();
    house.work().await;
    assert!(row(&house, id).await.last_error.unwrap().contains("knitting"));
}

#[tokio::test]
async fn a_wish_that_was_rolled_back_is_no_job() {
    let (house, runs) = house(0, false).await;
    let tx = house.tx().await;
    jobs::ask(&tx, "tries", &json!({}), None).await.unwrap();
    drop(tx);
    house.work().await;
    assert_eq!(runs.load(Ordering::SeqCst), 0);
}

/// A job that takes as long as it is made to.
struct Slow {
    began: Arc<tokio::sync::Notify>,
    go_on: Arc<tokio::sync::Notify>,
}

#[async_trait::async_trait]
impl Work for Slow {
    fn kind(&self) -> &'static str {
        "slow"
    }

    async fn run(&self, _: &Core, _: &Value) -> Result<(), Failure> {
        self.began.notify_one();
        self.go_on.notified().await;
        Ok(())
    }
}

#[tokio::test]
async fn a_worker_that_is_asked_to_stop_finishes_the_job_under_way_and_takes_no_other() {
    let (began, go_on) = (Arc::new(tokio::sync::Notify::new()), Arc::new(tokio::sync::Notify::new()));
    let mut house = House::empty().await;
    house.core.work = Arc::new(vec![Box::new(Slow { began: began.clone(), go_on: go_on.clone() })]);
    let first = ask(&house, "slow", None).await.unwrap();
    let second = ask(&house, "slow", None).await.unwrap();
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let working = tokio::spawn(soutien::platform::worker::run(house.core.clone(), stopped));
    began.notified().await;
    stop.send_replace(true);
    go_on.notify_one();
    working.await.unwrap().unwrap();
    assert_eq!(row(&house, first).await.state, "done");
    assert_eq!(row(&house, second).await.state, "ready");
}
