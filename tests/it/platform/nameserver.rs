//! A name server on loopback that knows what it is told.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, Mutex};

use hickory_resolver::proto::op::{Message, MessageType, OpCode, ResponseCode};
use hickory_resolver::proto::rr::rdata::{A, MX, PTR, TXT};
use hickory_resolver::proto::rr::{Name, RData, Record, RecordType};
use tokio::net::UdpSocket;

type Records = Arc<Mutex<HashMap<(String, RecordType), Vec<RData>>>>;

pub struct NameServer {
    pub address: String,
    records: Records,
}

impl NameServer {
    /// One that answers.
    pub async fn new() -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let address = socket.local_addr().unwrap().to_string();
        let records: Records = Arc::default();
        let known = records.clone();
        tokio::spawn(async move {
            let mut buffer = [0; 4096];
            while let Ok((size, from)) = socket.recv_from(&mut buffer).await {
                let Ok(asked) = Message::from_vec(&buffer[..size]) else { continue };
                let _sent = socket.send_to(&answer(&known, &asked), from).await;
            }
        });
        Self { address, records }
    }

    /// One that hears and says nothing.
    pub async fn silent() -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let address = socket.local_addr().unwrap().to_string();
        tokio::spawn(async move {
            let mut buffer = [0; 4096];
            while socket.recv_from(&mut buffer).await.is_ok() {}
        });
        Self { address, records: Arc::default() }
    }

    fn add(&self, name: &str, kind: RecordType, data: RData) {
        self.records.lock().unwrap().entry((format!("{name}."), kind)).or_default().push(data);
    }

    pub fn txt(&self, name: &str, text: &str) {
        let parts: Vec<String> =
            text.as_bytes().chunks(250).map(|part| String::from_utf8(part.to_vec()).unwrap()).collect();
        self.add(name, RecordType::TXT, RData::TXT(TXT::new(parts)));
    }

    pub fn mx(&self, name: &str, to: &str) {
        self.add(name, RecordType::MX, RData::MX(MX::new(10, Name::from_ascii(format!("{to}.")).unwrap())));
    }

    /// A machine with its address, and the address with its name.
    pub fn machine(&self, name: &str, ip: Ipv4Addr) {
        self.add(name, RecordType::A, RData::A(A(ip)));
        let back = Name::from(IpAddr::V4(ip)).to_string();
        let data = RData::PTR(PTR(Name::from_ascii(format!("{name}.")).unwrap()));
        self.add(back.trim_end_matches('.'), RecordType::PTR, data);
    }
}

fn answer(known: &Records, asked: &Message) -> Vec<u8> {
    let mut told = Message::new(asked.metadata.id, MessageType::Response, OpCode::Query);
    told.metadata.recursion_available = true;
    told.metadata.recursion_desired = true;
    for query in &asked.queries {
        told.queries.push(query.clone());
        let name = query.name().to_string().to_ascii_lowercase();
        for data in known.lock().unwrap().get(&(name, query.query_type())).into_iter().flatten() {
            told.answers.push(Record::from_rdata(query.name().clone(), 60, data.clone()));
        }
    }
    told.metadata.response_code = ResponseCode::NoError;
    told.to_vec().unwrap()
}
