//! What the tables say against what the published schemas say, and what broken tables and values bring.

use super::{Child, Datatype, Edition, Structure, TypeId};
use crate::finding::Finding;

const HEAD: &str = "schema S 2 1\nnamespace a urn:a\nroot a:R  R\n";

/// A table with this body; tests may leak.
fn read(body: &str) -> Result<Structure, Vec<Finding>> {
    Structure::parse(format!("{HEAD}{body}").leak(), "t")
}

/// `line:column code message`, lines counted from the one behind the head.
fn findings(body: &str) -> Vec<String> {
    let found = read(body).err().unwrap_or_default();
    let place =
        |finding: &Finding| finding.place.clone().map(|place| (i64::from(place.line) - 3, place.column)).unwrap();
    found.iter().map(|f| format!("{}:{} {} {}", place(f).0, place(f).1, f.code, f.message)).collect()
}

/// The child that a path of element names leads to.
fn find(structure: &Structure, path: &str) -> Child {
    let mut names = path.split('/');
    let mut of = structure.root(names.next().unwrap()).unwrap();
    let mut last = None;
    for name in names {
        let child = structure.child(of, name).unwrap_or_else(|| panic!("{name} in {path}"));
        (of, last) = (child.ty, Some(child));
    }
    last.unwrap()
}

fn every_type(structure: &Structure) -> impl Iterator<Item = TypeId> {
    (0..u16::try_from(structure.types.len()).unwrap()).map(TypeId)
}

const HEADER: &str = "rsm:CrossIndustryInvoice/rsm:SupplyChainTradeTransaction";

#[test]
fn tables_are_whole() {
    let count = |structure: &Structure| {
        let elements = every_type(structure).filter(|ty| structure.datatype(*ty).is_none()).count();
        let names = every_type(structure).filter(|ty| structure.type_name(*ty).starts_with(char::is_uppercase)).count();
        (elements, names - elements, structure.children.len(), structure.attributes.len())
    };
    // 1103 children in D22B and 5 that only D16B has; 215 attributes in D22B and 4 of a type that only D16B has.
    assert_eq!(count(Structure::cii()), (106, 59, 1108, 219));
    assert_eq!(count(Structure::ubl()), (113, 8, 1284, 33));
    assert_eq!(count(Structure::zugferd1()), (43, 6, 186, 8));
}

/// The types that documents of these editions can have.
fn reach(structure: &Structure, editions: &[Edition]) -> Vec<TypeId> {
    let mut reached: Vec<TypeId> = structure.roots.iter().map(|(_, ty)| *ty).collect();
    let mut next = 0;
    while let Some(of) = reached.get(next).copied() {
        for child in structure.children(of) {
            for ty in editions.iter().filter_map(|edition| child.edition_type(*edition)) {
                if !reached.contains(&ty) {
                    reached.push(ty);
                }
            }
        }
        next += 1;
    }
    reached
}

#[test]
fn editions_have_as_many_elements_as_their_schemas() {
    let cii = Structure::cii();
    for (edition, total) in [(Edition::D16B, 958), (Edition::D22B, 1103)] {
        let types = reach(cii, &[edition]);
        let children = types.iter().flat_map(|ty| cii.children(*ty));
        assert_eq!(children.filter(|child| child.edition_min_max(edition).is_some()).count(), total, "{edition}");
    }
}

#[test]
fn every_described_type_is_reachable() {
    for structure in [Structure::cii(), Structure::ubl(), Structure::zugferd1()] {
        let reached = reach(structure, &[Edition::D16B, Edition::D22B]);
        let lost: Vec<_> = every_type(structure).filter(|ty| !reached.contains(ty)).collect();
        let lost: Vec<_> = lost.into_iter().map(|ty| structure.type_name(ty)).collect();
        assert!(lost.is_empty(), "{lost:?}");
    }
}

#[test]
fn roots_and_namespaces() {
    let uri = |structure: &Structure, prefix| {
        structure.namespaces().iter().find(|(known, _)| *known == prefix).map(|(_, uri)| *uri).unwrap()
    };
    let ubl = Structure::ubl();
    assert_ne!(ubl.root("ubl:Invoice"), ubl.root("cn:CreditNote"));
    assert_eq!(ubl.root("cbc:ID"), None);
    assert_eq!(uri(ubl, "cn"), "urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2");
    assert_eq!(
        uri(Structure::cii(), "ram"),
        "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"
    );
}

#[test]
fn children_stand_in_the_order_of_the_schema() {
    let ubl = Structure::ubl();
    let invoice = ubl.root("ubl:Invoice").unwrap();
    let position = |name| ubl.child(invoice, name).unwrap().position;
    assert!(position("cbc:DueDate") < position("cbc:InvoiceTypeCode"));
    assert!(position("cac:LegalMonetaryTotal") < position("cac:InvoiceLine"));
    assert_eq!(position("ext:UBLExtensions"), 0);
    for structure in [Structure::cii(), ubl, Structure::zugferd1()] {
        for ty in every_type(structure) {
            let positions: Vec<_> = structure.children(ty).iter().map(|child| child.position).collect();
            assert!(positions.is_sorted(), "{}", structure.type_name(ty));
        }
    }
}

#[test]
fn cardinalities_and_datatypes() {
    let ubl = Structure::ubl();
    let line = find(ubl, "ubl:Invoice/cac:InvoiceLine");
    assert_eq!((line.min, line.max, line.choice), (1, None, false));
    let amount = find(ubl, "cn:CreditNote/cac:LegalMonetaryTotal/cbc:PayableAmount");
    assert_eq!((amount.min, amount.max, ubl.datatype(amount.ty)), (1, Some(1), Some(Datatype::Decimal)));
    let currency = ubl.attribute(amount.ty, "currencyID").unwrap();
    assert_eq!((currency.required, currency.datatype), (true, Datatype::NormalizedString));
    assert_eq!(ubl.attribute(amount.ty, "unitCode"), None);
    let date = find(ubl, "ubl:Invoice/cbc:IssueDate");
    assert_eq!((ubl.datatype(date.ty), ubl.attributes(date.ty).len()), (Some(Datatype::Date), 0));
    assert_eq!(ubl.datatype(line.ty), None);
    let content = find(ubl, "ubl:Invoice/ext:UBLExtensions/ext:UBLExtension/ext:ExtensionContent");
    assert!(ubl.is_open(content.ty) && ubl.children(content.ty).is_empty() && !ubl.is_open(line.ty));
}

#[test]
fn choices_share_a_position() {
    let cii = Structure::cii();
    let date = find(cii, "rsm:CrossIndustryInvoice/rsm:ExchangedDocument/ram:IssueDateTime");
    let [text, value] = cii.children(date.ty) else { panic!("two ways to say a date") };
    assert_eq!((text.name, value.name), ("udt:DateTimeString", "udt:DateTime"));
    assert!(text.choice && value.choice && text.position == value.position);
    assert_eq!(cii.datatype(value.ty), Some(Datatype::DateTime));
    assert!(cii.attribute(text.ty, "format").is_some());
}

#[test]
fn adjacent_choices_stay_apart() {
    let structure = read(
        "type R\n  one of\n    1..1  a:A  string\n    1..1  a:B  string\n  one of\n    1..1  a:C  string\n  \
         0..1  a:D  date\n",
    )
    .unwrap();
    let root = structure.root("a:R").unwrap();
    let places: Vec<_> = structure.children(root).iter().map(|child| (child.position, child.choice)).collect();
    assert_eq!(places, [(0, true), (0, true), (1, true), (2, false)]);
}

#[test]
fn editions_differ_where_the_mapping_says_so() {
    let cases = [
        ("ram:ApplicableHeaderTradeSettlement/ram:InvoiceReferencedDocument", Some((0, Some(1))), Some((0, None))),
        (
            "ram:IncludedSupplyChainTradeLineItem/ram:SpecifiedLineTradeSettlement/ram:InvoiceReferencedDocument",
            Some((0, Some(1))),
            Some((0, None)),
        ),
        (
            "ram:IncludedSupplyChainTradeLineItem/ram:SpecifiedTradeProduct/ram:Description",
            Some((0, Some(1))),
            Some((0, None)),
        ),
        ("ram:IncludedSupplyChainTradeLineItem/ram:SpecifiedTradeProduct/ram:BatchID", None, Some((0, None))),
        (
            "ram:IncludedSupplyChainTradeLineItem/ram:AssociatedDocumentLineDocument",
            Some((1, Some(1))),
            Some((0, Some(1))),
        ),
        (
            "ram:ApplicableHeaderTradeSettlement/ram:SpecifiedTradeSettlementPaymentMeans/\
             ram:PayeePartyCreditorFinancialAccount",
            Some((0, Some(1))),
            Some((0, None)),
        ),
        (
            "ram:ApplicableHeaderTradeSettlement/ram:SpecifiedAdvancePayment/ram:InvoiceSpecifiedReferencedDocument",
            None,
            Some((0, None)),
        ),
        ("ram:ApplicableHeaderTradeAgreement/ram:SellerTradeParty", Some((0, Some(1))), Some((0, Some(1)))),
    ];
    for (path, older, newer) in cases {
        let child = find(Structure::cii(), &format!("{HEADER}/{path}"));
        assert_eq!(child.edition_min_max(Edition::D16B), older, "{path}");
        assert_eq!(child.edition_min_max(Edition::D22B), newer, "{path}");
    }
    let document = find(Structure::cii(), "rsm:CrossIndustryInvoice/rsm:ExchangedDocument");
    let id = Structure::cii().child(document.ty, "ram:ID").unwrap();
    assert_eq!((id.edition_min_max(Edition::D16B), id.min), (Some((1, Some(1))), 0));
}

#[test]
fn what_only_the_older_edition_has_is_absent_from_the_newer() {
    let cii = Structure::cii();
    let item = every_type(cii).find(|ty| cii.type_name(*ty) == "BasicWorkItemType").unwrap();
    let index = cii.child(item, "ram:IndexValue").unwrap();
    assert_eq!((index.min, index.max, index.edition_min_max(Edition::D22B)), (0, Some(0), None));
    assert_eq!(index.edition_min_max(Edition::D16B), Some((0, Some(1))));
    let product = find(cii, &format!("{HEADER}/ram:IncludedSupplyChainTradeLineItem/ram:SpecifiedTradeProduct"));
    assert_eq!(cii.child(product.ty, "ram:ModelID").unwrap().edition_type(Edition::D16B), None);
}

#[test]
fn types_differ_between_editions() {
    let cii = Structure::cii();
    let card = every_type(cii).find(|ty| cii.type_name(*ty) == "TradeSettlementFinancialCardType").unwrap();
    let valid_from = cii.child(card, "ram:ValidFromDateTime").unwrap();
    assert_eq!(cii.datatype(valid_from.ty), Some(Datatype::String));
    assert_eq!(valid_from.edition_type(Edition::D16B).map(|ty| cii.type_name(ty)), Some("DateTimeType"));
}

#[test]
fn attributes_have_fixed_values_and_lengths() {
    let cii = Structure::cii();
    let code = find(cii, "rsm:CrossIndustryInvoice/rsm:ExchangedDocument/ram:TypeCode");
    let list = cii.attribute(code.ty, "listID").unwrap();
    assert_eq!((list.fixed(Edition::D16B), list.fixed(Edition::D22B)), (Some("1001"), None));
    assert!(list.accepts(" 1001\n", Edition::D16B) && !list.accepts("1002", Edition::D16B));
    assert!(list.accepts("1002", Edition::D22B));
    let measure = every_type(cii).find(|ty| cii.type_name(*ty) == "LinearUnitMeasureType").unwrap();
    let unit = cii.attribute(measure, "unitCode").unwrap();
    let accepts = |text| unit.accepts(text, Edition::D22B);
    assert!(accepts("MTR") && accepts("  ü  x ") && !accepts("") && !accepts("   ") && !accepts("METR"));
}

#[test]
fn editions_are_those_that_the_table_names() {
    let table = include_str!("../../../schemas/cii.structure");
    let schema = table.lines().find_map(|line| line.strip_prefix("schema ")).unwrap();
    assert_eq!(schema, format!("CII {} {}", Edition::D22B, Edition::D16B));
    assert_eq!("D16B".parse(), Ok(Edition::D16B));
}

#[test]
fn broken_lines_are_told_with_their_place() {
    let good = "type R\n  0..1  a:A  string\n";
    assert_eq!(findings(good), [""; 0]);
    let cases = [
        ("typo R\n", "3:1 EINV-M01 a word of the structure table cannot be read"),
        (" 0..1  a:B  string\n", "3:2 EINV-M01 a word of the structure table cannot be read"),
        ("    0..1  a:B  string\n", "3:5 EINV-M01 a word of the structure table cannot be read"),
        ("  0..  a:B  string\n", "3:3 EINV-M01 a word of the structure table cannot be read"),
        ("  2..1  a:B  string\n", "3:3 EINV-M01 a word of the structure table cannot be read"),
        ("  +0..1  a:B  string\n", "3:3 EINV-M01 a word of the structure table cannot be read"),
        ("  0..0  a:B  string\n", "3:3 EINV-M01 a word of the structure table cannot be read"),
        ("  0..99999999999  a:B  string\n", "3:3 EINV-M01 a word of the structure table cannot be read"),
        ("  0..1\n", "3:7 EINV-M01 the line ends too early"),
        ("  0..1  a:B\n", "3:12 EINV-M01 the line ends too early"),
        ("  0..1  ä:B  string\n", "3:9 EINV-M02 an element has no prefix that a line declares"),
        ("  0..1  a:ÄÖ  nonsense\n", "3:15 EINV-M02 no datatype has this name"),
        ("  0..1  a:B  Missing\n", "3:14 EINV-M02 no line describes this type"),
        ("  0..1  a:B  string  3 0..1\n", "3:22 EINV-M02 a line names an edition that the schema line does not"),
        ("  0..1  a:B  string  1\n", "3:23 EINV-M01 the line ends too early"),
        ("  0..1  a:B  string  1 - x\n", "3:26 EINV-M01 a word of the structure table cannot be read"),
        ("  -  a:B  string\n", "3:3 EINV-M01 no edition has this element"),
        ("  -  a:B  string  1 -\n", "3:3 EINV-M01 no edition has this element"),
        ("  0..1  a:A  date\n", "3:9 EINV-M03 an element stands twice in a type"),
        ("  @x  token\n", "3:3 EINV-M01 a word of the structure table cannot be read"),
        ("type R\n  0..1  a:A  date\n", "3:6 EINV-M03 a type is described twice"),
        ("type date\n", "3:6 EINV-M01 a word of the structure table cannot be read"),
        ("type Empty\n", "3:6 EINV-M01 a type holds neither elements nor any, or both"),
        ("type Both\n  any\n  0..1  a:A  date\n", "3:6 EINV-M01 a type holds neither elements nor any, or both"),
        ("text T  float\n", "3:9 EINV-M02 no datatype has this name"),
        ("text T  token\n  x  token\n", "4:3 EINV-M01 a word of the structure table cannot be read"),
        ("text T  token\n  @x  token  fixed 6\n", "4:20 EINV-M01 a word of the structure table cannot be read"),
        ("text T  token\n  @x  token  fixed \"\n", "4:20 EINV-M01 a word of the structure table cannot be read"),
        ("text T  token\n  @x  string  fixed \"6\"\n", "4:15 EINV-M01 a word of the structure table cannot be read"),
        ("text T  token\n  @x  token  length 1..*\n", "4:21 EINV-M01 a word of the structure table cannot be read"),
        ("text T  token\n  @x  token\n  @x  token\n", "5:3 EINV-M03 an attribute stands twice in a type"),
        ("schema S 2 1\n", "3:1 EINV-M03 the schema is named twice"),
        ("namespace b urn:a\n", "3:11 EINV-M03 a namespace is declared twice"),
        ("root a:R  R\n", "3:6 EINV-M03 a root element stands twice"),
    ];
    for (line, expected) in cases {
        assert_eq!(findings(&format!("{good}{line}")), [expected], "{line}");
    }
    let empty = Structure::parse("", "t").unwrap_err();
    assert_eq!(empty[0].message, "the table lacks a head");
}

#[test]
fn no_text_makes_the_parser_panic() {
    const EVERY_FORM: &str = "# note\nschema S 2 1\nnamespace a urn:a\nroot a:R  R\n\ntype R\n  \
        0..1  a:A  T  1 1..* token\n  -     a:B  O  1 0..2\n  one of\n    1..1  a:C  date\n    1..1  a:D  T  1 -\n\n\
        type O\n  any\n\ntext T  token\n  @x  token  length 1..3  required\n  @y  token  1 fixed \"6 7\"\n  @z  anyURI\n";
    assert!(Structure::parse(EVERY_FORM, "t").is_ok());
    for at in 0..EVERY_FORM.len() {
        let (before, after) = EVERY_FORM.split_at(at);
        for piece in ["", "ä", " ", "\n", "\"", "..", "@", "\0", "\r", "99999999999"] {
            for cut in [0, 1, 7] {
                let broken = format!("{before}{piece}{}", after.get(cut..).unwrap_or_default());
                let _ = Structure::parse(broken.leak(), "t");
            }
        }
    }
}

#[test]
fn texts_fit_their_datatypes() {
    let long = "9".repeat(1 << 20);
    let cases: &[(Datatype, &[&str], &[&str])] = &[
        (
            Datatype::Decimal,
            &["0", "-1.50", "+.5", "5.", " 12\n", "007", &long],
            &["", ".", "+", "1e3", "1,5", "1 2", "--1", "INF", "NaN", "٣", "1\u{a0}", "\u{c}1", "0x1", "1.2.3"],
        ),
        (Datatype::Boolean, &["true", "false", "1", "0", "\ttrue "], &["", "TRUE", "yes", "2", "01", "tru e"]),
        (
            Datatype::Date,
            &[
                "2024-02-29",
                "2000-02-29",
                "12024-02-29",
                "-0044-03-15",
                "2026-01-31Z",
                "2026-01-31+14:00",
                " 2026-01-31 ",
            ],
            &[
                "2023-02-29",
                "1900-02-29",
                "2026-04-31",
                "2026-13-01",
                "2026-00-01",
                "2026-01-00",
                "0000-01-01",
                "02026-01-01",
                "226-01-01",
                "20260131",
                "2026-1-1",
                "2026-01-31+14:01",
                "2026-01-31+15:00",
                "2026-01-31z",
                "2026-01-31T00:00:00",
                "2026-01-31+1:00",
                "+2026-01-31",
                "２０２６-01-31",
                "",
            ],
        ),
        (
            Datatype::Time,
            &["00:00:00", "23:59:59.999999999999", "24:00:00", "24:00:00.00", "12:00:00-05:30", "12:00:00Z"],
            &["24:00:01", "24:00:00.1", "12:60:00", "12:00:60", "12:00", "12:00:00.", "1:00:00", "12:00:00,5", ""],
        ),
        (
            Datatype::DateTime,
            &["2026-01-31T12:00:00", "2026-01-31T12:00:00.5+01:00", "2026-01-31T24:00:00Z"],
            &["2026-01-31", "2026-01-31 12:00:00", "2026-01-31T12:00", "2026-01-31Z12:00:00", "2026-02-30T12:00:00"],
        ),
        (
            Datatype::Base64,
            &["", "QUJD", "QQ==", "QUI=", " QU JD\r\n", "Q Q = =", "QUJDQQ=="],
            &["Q", "QQ", "QQ=", "QR==", "QUJ=", "====", "=", "QUJD=", "QUI=QUJD", "QU-_", "QU\u{c}JD", "QUJÄ", "A==="],
        ),
        (
            Datatype::Language,
            &["de", "de-AT", "x-klingon", "a-1"],
            &["", "de_AT", "1", "de-", "-de", "abcdefghi", "dé"],
        ),
        (
            Datatype::Uri,
            &[
                "",
                "https://example.org/a?b=c#d",
                "urn:a:b",
                "a b/ä",
                "//host:80/x",
                "http://[::1]/",
                "mailto:a@b",
                "?a[1]",
                "%41",
            ],
            &["%", "%4", "%zz", "a#b#c", "1a:b", ":", "http://[::1", "http://host:port/", "a[b]"],
        ),
        (Datatype::Token, &["", " a  b ", "\u{10FFFF}", "\u{7f}"], &["\0", "\u{b}", "a\u{FFFE}", "\u{FFFF}"]),
        (Datatype::String, &["\t\r\n", "\u{FFFD}", "ﾰ"], &["\u{1}", "\u{1f}"]),
    ];
    for (datatype, good, bad) in cases {
        for text in *good {
            assert!(datatype.accepts(text), "{datatype} {:?}", text.get(..40).unwrap_or(text));
        }
        for text in *bad {
            assert!(!datatype.accepts(text), "{datatype} {text:?}");
        }
    }
}

#[test]
fn long_texts_are_read_to_their_end() {
    let attachment = "QUJD".repeat(100_000);
    for (tail, fits) in [("", true), ("QQ==", true), ("QQ=", false), ("\u{1}", false), ("!AAA", false)] {
        assert_eq!(Datatype::Base64.accepts(&format!("{attachment}{tail}")), fits, "{tail}");
    }
    let year = "1".repeat(100_000);
    assert!(Datatype::Date.accepts(&format!("{year}2-02-29")));
    assert!(!Datatype::Date.accepts(&format!("{year}-02-29")));
    assert!(!Datatype::Token.accepts(&format!("{}\u{b}", "ä".repeat(100_000))));
}

#[test]
fn no_bytes_make_a_datatype_panic() {
    let all =
        ["string", "token", "language", "anyURI", "boolean", "decimal", "date", "time", "dateTime", "base64Binary"];
    let seeds: [&[u8]; 4] = [b"2024-02-29T12:00:00.5+01:00", b"http://a@[::1]:80/%41?b#c", b"-1.5", b"QUI= "];
    for datatype in all.map(|name| name.parse::<Datatype>().unwrap()) {
        for seed in seeds {
            for cut in 0..=seed.len() {
                for byte in 0..=u8::MAX {
                    let bytes = [&seed[..cut], &[byte], &seed[(cut + 1).min(seed.len())..]].concat();
                    let _ = datatype.accepts_bytes(&bytes);
                    let _ = datatype.accepts_bytes(&bytes[..=cut]);
                }
            }
        }
    }
}
