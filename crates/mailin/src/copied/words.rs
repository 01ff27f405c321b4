//! How mail programs name the headers of a mail they copy into another, in the languages we meet.
//! Lower case, without the colon.

/// A header of a copied mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Label {
    From,
    To,
    Cc,
    When,
    About,
    /// Known, and of no use here: Reply-To, importance, attachments.
    Other,
}

#[rustfmt::skip]
const FROM: &[&str] = &[
    "from", "de", "von", "da", "van", "från", "fra", "od", "expéditeur", "absender", "mittente", "remitente",
    "remetente", "nadawca", "feladó", "kimden", "gönderen", "lähettäjä", "šalje", "pošiljatelj", "odesílatel",
    "odosielateľ", "от", "от кого", "отправитель", "від", "від кого", "відправник", "de la", "expeditor",
    "avsender", "afsender", "avsändare", "afzender", "差出人", "送信者", "送信元", "発信元", "发件人", "寄件者", "寄件人", "보낸 사람",
    "מאת", "من", "από",
];
#[rustfmt::skip]
const TO: &[&str] = &[
    "to", "à", "a", "an", "aan", "till", "til", "para", "do", "komu", "adresat", "odbiorca", "címzett", "kime",
    "alıcı", "vastaanottaja", "prima", "primatelj", "pre", "príjemca", "příjemce", "кому", "получатель",
    "către", "catre", "destinatar", "destinataire", "destinataires", "destinatario", "destinatari",
    "destinatário", "pour", "empfänger", "ontvanger", "mottaker", "modtager", "mottagare", "за", "宛先", "送信先",
    "收件人", "받는 사람", "אל", "إلى", "προς", "per", "za",
];
#[rustfmt::skip]
const CC: &[&str] = &[
    "cc", "c.c.", "copie", "copie à", "copies", "kopie", "kopie (cc)", "kopia", "kopi", "kopio", "dw",
    "do wiadomości", "bilgi", "másolatot kap", "másolat", "kópia", "копия", "копія", "cópia", "copia",
    "copia a", "per conoscenza", "p.c.", "抄送", "副本", "참조", "עותק", "نسخة", "kópia (cc)", "cc/cci",
];
#[rustfmt::skip]
const WHEN: &[&str] = &[
    "date", "sent", "envoyé", "envoyé le", "envoye", "datum", "gesendet", "gesendet am", "data", "inviato",
    "fecha", "enviado", "enviado el", "enviada", "enviada em", "enviado em", "dato", "sendt", "skickat",
    "verzonden", "dátum", "elküldve", "päivämäärä", "lähetetty", "tarih", "gönderilen", "gönderildi",
    "gönderim tarihi", "wysłano", "odesláno", "odoslané", "trimis", "дата", "отправлено", "надіслано", "日時",
    "日付", "送信日時", "日期", "发送时间", "寄件日期", "날짜", "보낸 날짜", "תאריך", "le", "poslano", "datum i vrijeme", "reçu",
    "reçu le", "received", "ημερομηνία", "التاريخ", "date d'envoi", "message du", "date d’envoi",
];
#[rustfmt::skip]
const ABOUT: &[&str] = &[
    "subject", "objet", "sujet", "betreff", "asunto", "oggetto", "onderwerp", "assunto", "ämne", "emne",
    "temat", "tytuł", "тема", "předmět", "predmet", "tárgy", "konu", "aihe", "naslov", "subiect", "件名", "主题",
    "主旨", "제목", "נושא", "الموضوع", "θέμα", "subj", "mavzu",
];
#[rustfmt::skip]
const OTHER: &[&str] = &[
    "reply-to", "répondre à", "réponse à", "antwort an", "responder a", "rispondi a", "risposta",
    "antwoord aan", "antwoorden aan", "svar till", "svar til", "odpověď", "odgovori na", "yanıt adresi",
    "odpovedať", "odpowiedź do", "vastaus", "ответ", "返信先", "importance", "priorité", "attachments",
    "pièces jointes", "anlagen", "envoyé par", "bcc", "cci", "responder para", "antworten an", "cevap",
    "odgovor", "importancia", "wichtigkeit", "pour le compte de", "list-id", "organization", "organisation",
    "return-path", "message-id", "x-mailer", "priority", "newsgroups",
];

/// Which header a label names.
pub fn label(said: &str) -> Option<Label> {
    let tables = [
        (FROM, Label::From),
        (TO, Label::To),
        (CC, Label::Cc),
        (WHEN, Label::When),
        (ABOUT, Label::About),
        (OTHER, Label::Other),
    ];
    tables.iter().find(|(words, _)| words.contains(&said)).map(|(_, label)| *label)
}

/// Lines above a forwarded mail.
#[rustfmt::skip]
const FORWARDED: &[&str] = &[
    "forwarded message", "forwarded mail", "forwarded by", "forwarded email", "message transféré",
    "message transmis", "message réexpédié", "message retransmis", "courriel transféré", "mail transféré",
    "message suivi", "weitergeleitete nachricht", "weitergeleiteten nachricht", "weitergeleitete e-mail",
    "mensaje reenviado", "mensaje transferido", "messaggio inoltrato", "doorgestuurd bericht",
    "doorgezonden bericht", "mensagem encaminhada", "mensagem reencaminhada", "vidarebefordrat meddelande",
    "vidarebefordrat mejl", "vidarebefordrat brev", "videresendt meddelelse", "videresendt melding",
    "videresendt besked", "videresendt e-mail", "przekazanej wiadomości", "przesłanej wiadomości",
    "wiadomość przesłana dalej", "przekazywanej wiadomości", "wiadomość przekazana", "edelleenlähetetty viesti",
    "välitetty viesti", "proslijeđena poruka", "proslijeđenu poruku", "preposlaná správa", "preposlanej správy",
    "přeposlaná zpráva", "přeposlané zprávy", "přeposílaná zpráva", "mesaj redirecționat",
    "mesajului redirecționat", "mesajul redirecționat", "iletilmiş mesaj", "iletilen ileti", "ileti başlangıcı",
    "yönlendirilmiş", "переадресованного сообщения", "пересылаемое сообщение", "пересланное сообщение",
    "перенаправленное сообщение", "переслане повідомлення", "перенаправлене повідомлення", "továbbított levél",
    "továbbított üzenet", "メッセージを転送", "転送メッセージ", "转发邮件", "轉寄郵件", "轉寄的郵件", "전달된 메시지", "missatge reenviat",
    "προωθημένο μήνυμα",
];

/// Lines above a copied mail, of a reply or a forward.
#[rustfmt::skip]
const ORIGINAL: &[&str] = &[
    "message d'origine", "message original", "message initial", "mail original", "courriel d'origine",
    "mail d'origine", "mail initial", "courriel original", "original message", "original appointment",
    "ursprüngliche nachricht", "originalnachricht", "ursprüngliche mail", "mensaje original",
    "messaggio originale", "messaggio originario", "oorspronkelijk bericht", "origineel bericht",
    "mensagem original", "ursprungligt meddelande", "originalmeddelande", "oprindelig meddelelse",
    "oprindelig besked", "opprinnelig melding", "alkuperäinen viesti", "wiadomość oryginalna",
    "wiadomość pierwotna", "oryginalna wiadomość", "původní zpráva", "pôvodná správa", "eredeti üzenet",
    "mesaj original", "mesajul original", "исходное сообщение", "оригинальное сообщение", "orijinal ileti",
    "özgün ileti", "izvorna poruka", "元のメッセージ", "原始邮件", "원본 메시지", "reply message", "reply separator",
    "forwarded message follows", "message précédent",
];

/// Whether a line, in lower case, stands above a forwarded mail.
pub fn says_forwarded(said: &str) -> bool {
    FORWARDED.iter().any(|w| said.contains(w))
}

/// Whether a line, in lower case and without its rule, stands above a copied mail.
pub fn says_original(said: &str) -> bool {
    ORIGINAL.contains(&said)
}

/// Prefixes that mail programs put before the subject of what is forwarded.
#[rustfmt::skip]
pub const FORWARD_PREFIXES: &[&str] = &[
    "tr", "fwd", "fw", "wg", "rv", "i", "fs", "vs", "doorst", "vb", "pd", "enc", "ilt", "i̇lt", "videresend",
    "redir.", "redir", "továbbítás", "továbbítva", "вн", "пер", "переслано", "трансл", "转发", "轉寄", "転送", "tr.",
    "réexp", "transf", "rif. inoltro",
];
