//! The program as an administrator meets it: how it starts, refuses to, and stops.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::house::House;

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn serve(house: &House, port: u16) -> Child {
    let child = house
        .command(&["serve"])
        .env("SOUTIEN_LISTEN", format!("127.0.0.1:{port}"))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let begun = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(begun.elapsed() < Duration::from_secs(60), "the server does not listen");
        std::thread::sleep(Duration::from_millis(50));
    }
    child
}

fn stop(child: &Child) {
    let told = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    assert!(told.success());
}

#[tokio::test]
async fn a_key_that_cannot_be_used_is_named_and_the_program_ends_with_2() {
    let house = House::empty().await;
    for (key, value, named) in [
        ("SOUTIEN_LISTEN", "here", "`listen`"),
        ("SOUTIEN_SMTP_URL", "gopher://x", "`smtp_url`"),
        ("SOUTIEN_CONNECTIONS", "many", "`connections`"),
        ("SOUTIEN_LISEN", "127.0.0.1:1", "`lisen`"),
    ] {
        let done = house.command(&["migrate"]).env(key, value).output().unwrap();
        let told = String::from_utf8_lossy(&done.stderr).into_owned();
        assert_eq!(done.status.code(), Some(2), "{told}");
        assert!(told.contains(named), "{told}");
        assert!(done.stdout.is_empty());
    }
}

#[tokio::test]
async fn the_first_start_prints_a_link_that_opens_the_wizard() {
    let house = House::empty().await;
    let port = free_port();
    let mut child = serve(&house, port);
    stop(&child);
    let mut printed = String::new();
    child.stdout.take().unwrap().read_to_string(&mut printed).unwrap();
    assert!(child.wait().unwrap().success());
    let (_, path) = printed.trim().split_once(&port.to_string()).unwrap();
    let mut visitor = house.visitor().await;
    // The house's clock stands in the past, where the link is not yet too old.
    visitor.get(path).await.says("Mettre Soutien en route");
}

#[tokio::test]
async fn a_request_under_way_is_answered_before_the_program_stops() {
    let house = House::new().await;
    let port = free_port();
    let mut child = serve(&house, port);
    let mut slow = TcpStream::connect(("127.0.0.1", port)).unwrap();
    slow.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let head = "POST /sign-in HTTP/1.1\r\nHost: x\r\nCookie: soutien-visit=x\r\n\
        Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 20\r\nConnection: close\r\n\r\ncsrf=";
    slow.write_all(head.as_bytes()).unwrap();
    std::thread::sleep(Duration::from_millis(300));
    stop(&child);
    std::thread::sleep(Duration::from_millis(500));
    slow.write_all(b"AAAAAAAAAAAAAAA").unwrap();
    let mut answer = String::new();
    slow.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 403"), "{answer}");
    assert!(child.wait().unwrap().success());
    assert!(TcpStream::connect(("127.0.0.1", port)).is_err(), "nobody listens any more");
}

#[tokio::test]
async fn a_port_in_use_is_said_in_words() {
    let house = House::new().await;
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let listen = taken.local_addr().unwrap().to_string();
    let done = house.command(&["serve"]).env("SOUTIEN_LISTEN", &listen).output().unwrap();
    let told = String::from_utf8_lossy(&done.stderr).into_owned();
    assert!(!done.status.success());
    assert!(told.contains(&listen), "{told}");
}
