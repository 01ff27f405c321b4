//! What makes the file fit for keeping (PDF/A-3b): version, metadata told twice in agreement,
//! colours, language, structure, a steady identifier. printpdf writes none of it rightly.

use std::io::{self, Write};

use chrono::NaiveDate;
use flate2::Compression;
use flate2::write::ZlibEncoder;
use lopdf::{Dictionary, Document, Object, SaveOptions, Stream, StringFormat};
use sha2::{Digest, Sha256};

use super::block::Role;
use super::structure;
use crate::receipt::ReceiptError;

const PRODUCER: &str = "Soutien";

/// How hard pages and small objects are packed: the hardest would take half of the whole time and
/// save three hundredths of the size.
const FAST: u32 = 3;

/// Small objects (the structure, above all) are packed together, this many at most.
const OBJECTS_PER_STREAM: usize = 400;

/// What the file says about itself.
pub(crate) struct About {
    /// What it is, for its identifier.
    pub(crate) kind: &'static str,
    pub(crate) title: String,
    pub(crate) author: String,
    pub(crate) subject: String,
    pub(crate) number: String,
    pub(crate) created: NaiveDate,
    pub(crate) modified: NaiveDate,
    /// Whose signature is on it; empty for none.
    pub(crate) signed_by: String,
}

/// Completes the document and writes it.
pub(crate) fn finish(
    mut document: Document,
    about: &About,
    roles: &[Vec<Role>],
    profile: &Stream,
) -> Result<Vec<u8>, ReceiptError> {
    let failed = |error: lopdf::Error| ReceiptError::File(error.to_string());
    "1.7".clone_into(&mut document.version);
    let pages: Vec<_> = document.page_iter().collect();
    let contents = pages
        .iter()
        .fold(Sha256::new(), |digest, page| digest.chain_update(document.get_page_content(*page)));
    let tree = structure::write(&mut document, &pages, roles, &about.signed_by);
    let packet = xmp(about);
    let identity = [
        Sha256::digest(format!("{} {}", about.kind, about.number)),
        contents.chain_update(&packet).finalize(),
    ];
    let metadata = Dictionary::from_iter([("Type", name("Metadata")), ("Subtype", name("XML"))]);
    let metadata = document.add_object(Stream::new(metadata, packet.into_bytes()).with_compression(false));
    let profile = document.add_object(profile.clone());
    let intent = Dictionary::from_iter([
        ("Type", name("OutputIntent")),
        ("S", name("GTS_PDFA1")),
        ("OutputConditionIdentifier", Object::string_literal("sRGB IEC61966-2.1")),
        ("Info", Object::string_literal("sRGB IEC61966-2.1")),
        ("DestOutputProfile", Object::Reference(profile)),
    ]);
    let intent = document.add_object(intent);
    let information = document.add_object(information(about));
    let catalog = document.catalog_mut().map_err(failed)?;
    catalog.set("Metadata", Object::Reference(metadata));
    catalog.set("OutputIntents", Object::Array(vec![Object::Reference(intent)]));
    catalog.set("Lang", Object::string_literal("fr-FR"));
    catalog.set("MarkInfo", Dictionary::from_iter([("Marked", Object::Boolean(true))]));
    catalog.set("StructTreeRoot", Object::Reference(tree));
    catalog.set("ViewerPreferences", Dictionary::from_iter([("DisplayDocTitle", Object::Boolean(true))]));
    if let Ok(old) = document.trailer.get(b"Info").and_then(Object::as_reference) {
        document.objects.remove(&old);
    }
    document.trailer.set("Info", Object::Reference(information));
    let identity = identity
        .map(|hash| Object::String(hash.iter().take(16).copied().collect(), StringFormat::Hexadecimal));
    document.trailer.set("ID", Object::Array(identity.to_vec()));
    pack(&mut document).map_err(|error| ReceiptError::File(error.to_string()))?;
    let mut bytes = Vec::with_capacity(48 * 1024);
    let packed = SaveOptions::builder()
        .use_object_streams(true)
        .use_xref_streams(true)
        .max_objects_per_stream(OBJECTS_PER_STREAM)
        .compression_level(FAST)
        .build();
    document.save_with_options(&mut bytes, packed).map_err(|error| ReceiptError::File(error.to_string()))?;
    Ok(bytes)
}

/// Packs what is not packed yet.
fn pack(document: &mut Document) -> io::Result<()> {
    for object in document.objects.values_mut() {
        let Object::Stream(stream) = object else { continue };
        if stream.allows_compression && !stream.dict.has(b"Filter") {
            let mut packer =
                ZlibEncoder::new(Vec::with_capacity(stream.content.len() / 4), Compression::new(FAST));
            packer.write_all(&stream.content)?;
            stream.set_content(packer.finish()?);
            stream.dict.set("Filter", name("FlateDecode"));
        }
    }
    Ok(())
}

fn name(text: &str) -> Object {
    Object::Name(text.as_bytes().to_vec())
}

/// A text string of a PDF: UTF-16, big end first, with its mark.
pub(crate) fn utf16(text: &str) -> Object {
    let bytes = [0xFE, 0xFF].into_iter().chain(text.encode_utf16().flat_map(u16::to_be_bytes)).collect();
    Object::String(bytes, StringFormat::Hexadecimal)
}

fn information(about: &About) -> Dictionary {
    let date = |day: NaiveDate| Object::string_literal(format!("D:{}000000Z", day.format("%Y%m%d")));
    Dictionary::from_iter([
        ("Title", utf16(&about.title)),
        ("Author", utf16(&about.author)),
        ("Subject", utf16(&about.subject)),
        ("Keywords", utf16(&about.number)),
        ("Creator", utf16(PRODUCER)),
        ("Producer", utf16(PRODUCER)),
        ("CreationDate", date(about.created)),
        ("ModDate", date(about.modified)),
    ])
}

/// The same, as XMP (ISO 16684-1), with the claim of PDF/A-3b (ISO 19005-3).
fn xmp(about: &About) -> String {
    let date = |day: NaiveDate| format!("{}T00:00:00Z", day.format("%Y-%m-%d"));
    format!(
        r#"<?xpacket begin="{bom}" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:xmp="http://ns.adobe.com/xap/1.0/">
<pdfaid:part>3</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{subject}</rdf:li></rdf:Alt></dc:description>
<dc:language><rdf:Bag><rdf:li>fr-FR</rdf:li></rdf:Bag></dc:language>
<pdf:Keywords>{number}</pdf:Keywords><pdf:Producer>{producer}</pdf:Producer>
<xmp:CreatorTool>{producer}</xmp:CreatorTool><xmp:CreateDate>{created}</xmp:CreateDate><xmp:ModifyDate>{modified}</xmp:ModifyDate>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>"#,
        bom = '\u{FEFF}',
        title = escaped(&about.title),
        author = escaped(&about.author),
        subject = escaped(&about.subject),
        number = escaped(&about.number),
        producer = PRODUCER,
        created = date(about.created),
        modified = date(about.modified),
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
