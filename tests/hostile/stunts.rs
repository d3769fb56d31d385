//! Files that were made to break something: bombs, storms, towers. Each has a name.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

const UBL: &str = "xmlns='urn:oasis:names:specification:ubl:schema:xsd:Invoice-2' \
    xmlns:cac='urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2' \
    xmlns:cbc='urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2'";
const CII: &str = "xmlns:rsm='urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100' \
    xmlns:ram='urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100' \
    xmlns:udt='urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100'";
const SBDH: &str = "http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader";
const MIB: usize = 1 << 20;

pub(crate) fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

pub(crate) fn utf_16(text: &str, little: bool) -> Vec<u8> {
    let unit = if little { u16::to_le_bytes } else { u16::to_be_bytes };
    "\u{FEFF}".encode_utf16().chain(text.encode_utf16()).flat_map(unit).collect()
}

fn ubl(inside: &str) -> Vec<u8> {
    format!("<Invoice {UBL}>{inside}</Invoice>").into_bytes()
}

fn cii(inside: &str) -> Vec<u8> {
    format!("<rsm:CrossIndustryInvoice {CII}>{inside}</rsm:CrossIndustryInvoice>").into_bytes()
}

fn numbered(times: usize, what: impl Fn(usize) -> String) -> String {
    (0..times).map(what).collect()
}

fn enveloped(header: &str, inside: &str) -> Vec<u8> {
    let head = "StandardBusinessDocumentHeader";
    format!("<StandardBusinessDocument xmlns='{SBDH}'><{head}>{header}</{head}>{inside}</StandardBusinessDocument>")
        .into_bytes()
}

/// JSON with lines of nothing but a number and an amount.
fn json(lines: usize, fields: &str) -> Vec<u8> {
    let lines = numbered(lines, |i| format!(r#"{{"identifier":"{i}","net_amount":"1"}},"#));
    format!(r#"{{{fields},"lines":[{lines}{{}}]}}"#).into_bytes()
}

/// A supporting document with a name.
fn attachment(name: &str, content: &str) -> Vec<u8> {
    ubl(&format!(
        "<cac:AdditionalDocumentReference><cbc:ID>1</cbc:ID><cac:Attachment><cbc:EmbeddedDocumentBinaryObject \
         mimeCode='application/pdf' filename='{name}'>{content}</cbc:EmbeddedDocumentBinaryObject></cac:Attachment>\
         </cac:AdditionalDocumentReference>"
    ))
}

/// All stunts, at a size: 1 is what one meets, 10 what breaks machines.
pub(crate) fn all(size: usize) -> Vec<(&'static str, Vec<u8>)> {
    [towers(size), storms(size), bombs(size), lists(size), encodings()].concat()
}

fn towers(size: usize) -> Vec<(&'static str, Vec<u8>)> {
    let n = 10_000 * size;
    vec![
        ("deep unknown elements", ubl(&("<a>".repeat(n) + &"</a>".repeat(n)))),
        ("deep and never closed", ubl(&"<cac:SubInvoiceLine>".repeat(n))),
        ("deep lines in lines", ubl(&("<cac:InvoiceLine>".repeat(n) + &"</cac:InvoiceLine>".repeat(n)))),
        ("deep before the root is known", "<a>".repeat(n).into_bytes()),
        ("deep envelopes", format!("<StandardBusinessDocument xmlns='{SBDH}'>").repeat(n).into_bytes()),
        ("deep header", enveloped(&("<a>".repeat(n) + &"</a>".repeat(n)), "<a/>")),
        ("deep JSON lists", ["{\"lines\":".to_owned(), "[".repeat(n)].concat().into_bytes()),
        ("deep JSON objects", "{\"extensions\":".repeat(n).into_bytes()),
        ("deep comments", ubl(&"<!-- <!-- ".repeat(n))),
        ("end tags only", "</a>".repeat(n).into_bytes()),
    ]
}

fn storms(size: usize) -> Vec<(&'static str, Vec<u8>)> {
    let n = 100_000 * size;
    let declared = |deep: usize, each: usize| {
        let tag = |at: usize| format!("<a{}>", numbered(each, |i| format!(" xmlns:p{at}x{i}='urn:{i}'")));
        numbered(deep, tag) + &"<b/>".repeat(n / 10) + &"</a>".repeat(deep)
    };
    vec![
        ("a million attributes", ubl(&format!("<a{}/>", numbered(n, |i| format!(" a{i}='1'"))))),
        ("a million attributes on the root", format!("<a{}/>", numbered(n, |i| format!(" a{i}='1'"))).into_bytes()),
        ("the same attribute a million times", ubl(&format!("<cbc:ID{}/>", " a='1'".repeat(n)))),
        ("a million prefixes", format!("<a{}/>", numbered(n, |i| format!(" xmlns:a{i}='u'"))).into_bytes()),
        ("prefixes at every depth", ubl(&declared(90, 60))),
        ("prefixes declared anew", ubl(&"<cbc:Note xmlns:cbc='urn:x' xmlns:cac='urn:y'/>".repeat(n / 4))),
        ("the default namespace turns", ubl(&"<a xmlns='u'><b xmlns='v'/></a>".repeat(n / 4))),
        ("entities", ubl(&"&a;".repeat(n))),
        ("references", ubl(&format!("<cbc:Note>{}</cbc:Note>", "&#65;&amp;".repeat(n)))),
        ("references in an attribute", ubl(&format!("<cbc:Note languageID='{}'/>", "&#65;&amp;".repeat(n)))),
        ("sections", ubl(&format!("<cbc:Note>{}</cbc:Note>", "<![CDATA[&]]>x".repeat(n)))),
        (
            "sections that alternate with elements",
            ubl(&format!("<cbc:Note>{}{}</cbc:Note>", "x".repeat(MIB), "<a><![CDATA[y]]></a>z".repeat(n / 10))),
        ),
        ("comments", ubl(&"<!---->".repeat(n))),
        ("instructions", cii(&"<?a?>".repeat(n))),
        ("line ends", ubl(&format!("<cbc:Note>{}</cbc:Note>", "\r\n\r".repeat(n)))),
        ("brackets", ubl(&format!("<cbc:Note>{}</cbc:Note>", "]]".repeat(n)))),
        ("notes with subject codes", ubl(&format!("<cbc:Note>{}</cbc:Note>", "#AAI#x".repeat(n)))),
    ]
}

fn bombs(size: usize) -> Vec<(&'static str, Vec<u8>)> {
    let laughs = numbered(9, |i| format!("<!ENTITY l{} '{}'>", i + 1, format!("&l{i};").repeat(10)));
    let laughs = format!("<!DOCTYPE a [<!ENTITY l0 'lol'>{laughs}]><a>&l9;</a>").into_bytes();
    let blank = packed(&vec![b' '; 10 * size * MIB]);
    let text = packed(&ubl(&format!("<cbc:Note>{}</cbc:Note>", "x".repeat(5 * size * MIB))));
    vec![
        ("a billion laughs", laughs.clone()),
        ("a billion laughs, packed", packed(&laughs)),
        ("an external entity", b"<!DOCTYPE a SYSTEM 'http://localhost:1/'><a/>".to_vec()),
        ("blanks, packed", blank.clone()),
        ("blanks, packed twice", packed(&blank)),
        ("many packed parts", packed(b"").repeat(10_000 * size)),
        ("a long text, packed", text),
        ("a long text", ubl(&format!("<cbc:Note>{}</cbc:Note>", "x".repeat(5 * size * MIB)))),
        ("a long name", ubl(&format!("<{}/>", "x".repeat(size * MIB)))),
        ("a long name on the root", format!("<{}/>", "x".repeat(size * MIB)).into_bytes()),
        ("a long attribute", ubl(&format!("<cbc:Note a='{}'/>", "x".repeat(size * MIB)))),
        ("a long attribute name", ubl(&format!("<cbc:Note {}='x'/>", "x".repeat(size * MIB)))),
        ("a long comment", ubl(&format!("<!--{}-->", "x".repeat(size * MIB)))),
        ("a long tag without an end", ubl(&format!("<a {}", "x ".repeat(size * MIB)))),
        ("a long namespace", format!("<a xmlns='{}'/>", "x".repeat(size * MIB)).into_bytes()),
        ("a long header", enveloped(&"<a/>".repeat(size * MIB / 4), "<a/>")),
        ("a long number", ubl(&format!("<cbc:DueDate>{}</cbc:DueDate>", "9".repeat(size * MIB)))),
        ("a large attachment", attachment("a.pdf", &"QUJD".repeat(size * MIB))),
        ("a name of quotation marks", attachment(&"\"".repeat(6 * size * MIB), "QUJD")),
        ("a long text of quotation marks", ubl(&format!("<cbc:Note>{}</cbc:Note>", "\"".repeat(6 * size * MIB)))),
        ("a long JSON text", json(1, &format!(r#""number":"{}""#, "x".repeat(6 * size * MIB)))),
        ("a long JSON text with escapes", json(1, &format!(r#""number":"{}""#, "xxxx\\u00e4".repeat(size * MIB / 2)))),
        ("a long JSON text of ampersands", json(1, &format!(r#""number":"{}""#, "&".repeat(6 * size * MIB)))),
        (
            "a long currency at every amount",
            json(9_000 * size, &format!(r#""currency_code":"{}""#, "E".repeat(MIB / 2))),
        ),
    ]
}

fn lists(size: usize) -> Vec<(&'static str, Vec<u8>)> {
    let n = 30_000 * size;
    vec![
        ("many unknown elements", ubl(&"<a/>".repeat(n))),
        ("many unknown texts", ubl(&"<a>x</a>".repeat(n))),
        ("many different elements", ubl(&numbered(n, |i| format!("<a{i}>x</a{i}>")))),
        ("many empty lines", ubl(&"<cac:InvoiceLine/>".repeat(n))),
        ("many small lines", ubl(&"<cac:InvoiceLine><cbc:ID>1</cbc:ID></cac:InvoiceLine>".repeat(n))),
        ("many dates", ubl(&"<cbc:IssueDate>2025-01-01</cbc:IssueDate>".repeat(n))),
        ("many notes", ubl(&"<cbc:Note>x</cbc:Note>".repeat(n))),
        ("many empty groups", cii(&"<rsm:SupplyChainTradeTransaction/>".repeat(n))),
        (
            "many empty lines in CII",
            cii(&format!(
                "<rsm:SupplyChainTradeTransaction>{}</rsm:SupplyChainTradeTransaction>",
                "<ram:IncludedSupplyChainTradeLineItem/>".repeat(n)
            )),
        ),
        (
            "many parties in one place",
            ubl(&format!(
                "<cac:AccountingSupplierParty><cac:Party>{}</cac:Party></cac:AccountingSupplierParty>",
                "<cac:PartyIdentification><cbc:ID>1</cbc:ID></cac:PartyIdentification>".repeat(n)
            )),
        ),
        (
            "many dates in CII",
            cii(&format!(
                "<rsm:ExchangedDocument>{}</rsm:ExchangedDocument>",
                "<ram:IssueDateTime><udt:DateTimeString format='102'>20250101</udt:DateTimeString></ram:IssueDateTime>"
                    .repeat(n)
            )),
        ),
        ("many different dates", ubl(&numbered(n, |i| format!("<cbc:IssueDate>{i}</cbc:IssueDate>")))),
        ("many different currencies", ubl(&numbered(n, |i| format!("<cbc:TaxCurrencyCode>{i}</cbc:TaxCurrencyCode>")))),
        (
            "many different payments",
            ubl(&numbered(n, |i| format!("<cac:PaymentMeans><cbc:PaymentID>{i}</cbc:PaymentID></cac:PaymentMeans>"))),
        ),
        (
            "many accounts, one with a code",
            ubl(&format!(
                "<cac:PaymentMeans><cbc:PaymentMeansCode>30</cbc:PaymentMeansCode></cac:PaymentMeans>{}",
                "<cac:PaymentMeans><cac:PayeeFinancialAccount><cbc:ID>1</cbc:ID></cac:PayeeFinancialAccount>\
                 </cac:PaymentMeans>"
                    .repeat(n)
            )),
        ),
        (
            "many kinds of one document",
            ubl(&format!(
                "<cac:AdditionalDocumentReference>{}</cac:AdditionalDocumentReference>",
                numbered(n / 4, |i| format!("<cbc:DocumentTypeCode>{i}</cbc:DocumentTypeCode>"))
            )),
        ),
        (
            "many taxes without a breakdown",
            ubl(&numbered(n, |i| {
                format!("<cac:TaxTotal><cbc:TaxAmount currencyID='EUR'>{i}</cbc:TaxAmount></cac:TaxTotal>")
            })),
        ),
        ("many texts in pieces", ubl(&numbered(n / 4, |i| format!("<cbc:ID>{i}<![CDATA[x]]></cbc:ID>")))),
        ("many texts with returns", ubl(&numbered(n / 4, |i| format!("<cbc:ID>{i}\r\n</cbc:ID>")))),
        ("many JSON lines", ["{\"lines\":[{}", &",{}".repeat(n), "]}"].concat().into_bytes()),
        (
            "many JSON notes",
            ["{\"notes\":[{\"text\":\"x\"}", &",{\"text\":\"x\"}".repeat(n), "]}"].concat().into_bytes(),
        ),
        ("many JSON fields", format!("{{{}\"a\":1}}", "\"number\":\"1\",".repeat(n)).into_bytes()),
        ("many JSON unknown fields", format!("{{{}\"a\":1}}", numbered(n, |i| format!("\"a{i}\":{{}},"))).into_bytes()),
    ]
}

fn encodings() -> Vec<(&'static str, Vec<u8>)> {
    let minimal = ubl("<cbc:ID>ü</cbc:ID>");
    let text = String::from_utf8(minimal.clone()).expect("UTF-8");
    let declared = |name: &str| format!("<?xml version='1.0' encoding='{name}'?>{text}").into_bytes();
    vec![
        ("nothing", Vec::new()),
        ("blanks", b" \n\t".to_vec()),
        ("a mark alone", b"\xEF\xBB\xBF".to_vec()),
        ("two marks", [b"\xEF\xBB\xBF\xEF\xBB\xBF".as_slice(), &minimal].concat()),
        ("half of UTF-16", utf_16(&text, true)[..51].to_vec()),
        ("UTF-16 in UTF-16", utf_16(&String::from_utf16_lossy(&text.encode_utf16().collect::<Vec<_>>()), false)),
        ("half of a pair", b"\xFF\xFE<\0a\0>\0\x00\xD8<\0/\0a\0>\0".to_vec()),
        ("UTF-32", text.chars().flat_map(|c| u32::from(c).to_be_bytes()).collect()),
        ("EBCDIC", b"\x4C\x6F\xA7\x94\x93".to_vec()),
        ("UTF-7", declared("UTF-7")),
        ("an encoding that replaces", declared("iso-2022-kr")),
        ("Shift_JIS that is UTF-8", declared("Shift_JIS")),
        ("GB18030", declared("gb18030")),
        ("no encoding", declared("")),
        ("a long encoding", declared(&"x".repeat(100_000))),
        ("an encoding without a quote", b"<?xml version='1.0' encoding='UTF-8?><a/>".to_vec()),
        ("zeros", vec![0; 100_000]),
        ("all bytes", (0..=255).collect()),
        ("gzip, first bytes", b"\x1F\x8B".to_vec()),
        ("gzip of nothing", packed(b"")),
        ("a PDF in name", b"%PDF-1.7\n%%EOF".to_vec()),
        ("a brace", b"{".to_vec()),
        ("a bracket", b"<".to_vec()),
    ]
}
