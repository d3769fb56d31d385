//! Laws over generated invoices: whatever is legal in XML comes through both syntaxes and back unchanged, or is told.

use einv::model::Standing;
use einv::{Converter, Document, Format, OnLoss, Severity, Target};
use proptest::prelude::*;

#[path = "corpus/checks.rs"]
#[allow(dead_code, reason = "shared with the tests of the corpus")]
mod checks;
#[path = "corpus/leaves.rs"]
#[allow(dead_code, reason = "shared with the tests of the corpus")]
mod leaves;
#[path = "corpus/sample.rs"]
#[allow(dead_code, reason = "shared with the tests of the corpus")]
mod sample;

use sample::Syntax;

/// Values that a generated invoice holds, in the spelling of the model.
#[derive(Debug, Clone)]
struct Values {
    note: String,
    terms: String,
    item: String,
    filename: String,
    price: String,
    quantity: String,
    date: String,
    scheme: String,
    currency: String,
}

impl Default for Values {
    fn default() -> Values {
        Values {
            note: "note".to_owned(),
            terms: "terms".to_owned(),
            item: "item".to_owned(),
            filename: "file.pdf".to_owned(),
            price: "10".to_owned(),
            quantity: "1".to_owned(),
            date: "2025-06-30".to_owned(),
            scheme: "0088".to_owned(),
            currency: "EUR".to_owned(),
        }
    }
}

/// The terms of [`Values`], to be found again.
const TERMS: [&str; 9] = ["BT-22", "BT-20", "BT-153", "BT-125-2", "BT-146", "BT-129", "BT-2", "BT-29-1", "BT-5"];

impl Values {
    fn all(&self) -> [&str; 9] {
        [
            &self.note,
            &self.terms,
            &self.item,
            &self.filename,
            &self.price,
            &self.quantity,
            &self.date,
            &self.scheme,
            &self.currency,
        ]
    }

    /// The smallest CII invoice with them.
    fn cii(&self) -> String {
        let note = escaped(&self.note);
        let terms = escaped(&self.terms);
        let item = escaped(&self.item);
        let (filename, scheme, currency) = (escaped(&self.filename), escaped(&self.scheme), escaped(&self.currency));
        let (price, quantity, date) = (&self.price, &self.quantity, self.date.replace('-', ""));
        format!(
            r##"<?xml version="1.0" encoding="UTF-8"?>
<rsm:CrossIndustryInvoice xmlns:rsm="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100" xmlns:ram="urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100" xmlns:udt="urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100">
<rsm:ExchangedDocumentContext><ram:GuidelineSpecifiedDocumentContextParameter><ram:ID>urn:cen.eu:en16931:2017</ram:ID></ram:GuidelineSpecifiedDocumentContextParameter></rsm:ExchangedDocumentContext>
<rsm:ExchangedDocument><ram:ID>1</ram:ID><ram:TypeCode>380</ram:TypeCode><ram:IssueDateTime><udt:DateTimeString format="102">{date}</udt:DateTimeString></ram:IssueDateTime><ram:IncludedNote><ram:Content>{note}</ram:Content></ram:IncludedNote></rsm:ExchangedDocument>
<rsm:SupplyChainTradeTransaction>
<ram:IncludedSupplyChainTradeLineItem><ram:AssociatedDocumentLineDocument><ram:LineID>1</ram:LineID></ram:AssociatedDocumentLineDocument><ram:SpecifiedTradeProduct><ram:Name>{item}</ram:Name></ram:SpecifiedTradeProduct><ram:SpecifiedLineTradeAgreement><ram:NetPriceProductTradePrice><ram:ChargeAmount>{price}</ram:ChargeAmount></ram:NetPriceProductTradePrice></ram:SpecifiedLineTradeAgreement><ram:SpecifiedLineTradeDelivery><ram:BilledQuantity unitCode="C62">{quantity}</ram:BilledQuantity></ram:SpecifiedLineTradeDelivery><ram:SpecifiedLineTradeSettlement><ram:ApplicableTradeTax><ram:TypeCode>VAT</ram:TypeCode><ram:CategoryCode>Z</ram:CategoryCode><ram:RateApplicablePercent>0</ram:RateApplicablePercent></ram:ApplicableTradeTax><ram:SpecifiedTradeSettlementLineMonetarySummation><ram:LineTotalAmount>10.00</ram:LineTotalAmount></ram:SpecifiedTradeSettlementLineMonetarySummation></ram:SpecifiedLineTradeSettlement></ram:IncludedSupplyChainTradeLineItem>
<ram:ApplicableHeaderTradeAgreement><ram:SellerTradeParty><ram:GlobalID schemeID="{scheme}">4012345000009</ram:GlobalID><ram:Name>S</ram:Name><ram:PostalTradeAddress><ram:CountryID>DE</ram:CountryID></ram:PostalTradeAddress></ram:SellerTradeParty><ram:BuyerTradeParty><ram:Name>B</ram:Name><ram:PostalTradeAddress><ram:CountryID>DE</ram:CountryID></ram:PostalTradeAddress></ram:BuyerTradeParty><ram:AdditionalReferencedDocument><ram:IssuerAssignedID>A</ram:IssuerAssignedID><ram:TypeCode>916</ram:TypeCode><ram:AttachmentBinaryObject mimeCode="application/pdf" filename="{filename}">QUJD</ram:AttachmentBinaryObject></ram:AdditionalReferencedDocument></ram:ApplicableHeaderTradeAgreement>
<ram:ApplicableHeaderTradeDelivery/>
<ram:ApplicableHeaderTradeSettlement><ram:InvoiceCurrencyCode>{currency}</ram:InvoiceCurrencyCode><ram:ApplicableTradeTax><ram:CalculatedAmount>0.00</ram:CalculatedAmount><ram:TypeCode>VAT</ram:TypeCode><ram:BasisAmount>10.00</ram:BasisAmount><ram:CategoryCode>Z</ram:CategoryCode><ram:RateApplicablePercent>0</ram:RateApplicablePercent></ram:ApplicableTradeTax><ram:SpecifiedTradePaymentTerms><ram:Description>{terms}</ram:Description></ram:SpecifiedTradePaymentTerms><ram:SpecifiedTradeSettlementHeaderMonetarySummation><ram:LineTotalAmount>10.00</ram:LineTotalAmount><ram:TaxBasisTotalAmount>10.00</ram:TaxBasisTotalAmount><ram:TaxTotalAmount currencyID="{currency}">0.00</ram:TaxTotalAmount><ram:GrandTotalAmount>10.00</ram:GrandTotalAmount><ram:DuePayableAmount>10.00</ram:DuePayableAmount></ram:SpecifiedTradeSettlementHeaderMonetarySummation></ram:ApplicableHeaderTradeSettlement>
</rsm:SupplyChainTradeTransaction>
</rsm:CrossIndustryInvoice>
"##
        )
    }
}

/// A text as XML: markup, and white space that XML would change, as references.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for character in text.chars() {
        match character {
            '&' | '<' | '>' | '"' | '\t' | '\n' | '\r' => escaped.push_str(&format!("&#{};", u32::from(character))),
            _ => escaped.push(character),
        }
    }
    escaped
}

fn convert(bytes: &[u8], format: Format) -> einv::Conversion {
    let converter = Converter::new().to(Target::for_format(format)).on_loss(OnLoss::Allow);
    converter.convert(bytes).unwrap_or_else(|error| panic!("{error}\n{}", String::from_utf8_lossy(bytes)))
}

/// The one value of a term.
fn value(document: &Document, id: &str) -> Option<String> {
    let term = document.terms().find(id)?;
    let mut nodes = document.nodes();
    let node =
        nodes.find(|&node| document.term_id(node) == Some(term) && document.standing(node) == Standing::Value)?;
    Some(document.text(node).into_owned())
}

/// Everything stands in the other syntax as it was, and after the way back; nothing is lost.
fn comes_through(values: &Values) -> Result<(), TestCaseError> {
    let source = values.cii();
    let mut bytes = source.clone().into_bytes();
    let first = einv::read(&bytes).expect("a readable invoice");
    for format in [Format::Ubl, Format::Cii] {
        let conversion = convert(&bytes, format);
        prop_assert_eq!(conversion.report.open_losses(einv::Grade::Content), 0, "{:?}", conversion.report.losses);
        prop_assert!(conversion.output.is_some(), "{:?}", conversion.report.findings);
        bytes = conversion.output.unwrap_or_default();
        let document = einv::read(&bytes).map_err(|error| TestCaseError::fail(error.to_string()))?;
        for (id, expected) in TERMS.iter().zip(values.all()) {
            let found = value(&document, id);
            prop_assert_eq!(found.as_deref(), Some(expected), "{} in {}", id, format);
        }
        prop_assert_eq!(first.same_invoice(&document), vec![]);
    }
    Ok(())
}

/// Characters that XML 1.0 allows, those that need care more often.
fn character() -> impl Strategy<Value = char> {
    let legal = |c: &char| !matches!(u32::from(*c), 0x0..=0x8 | 0xB | 0xC | 0xE..=0x1F | 0xFFFE | 0xFFFF);
    prop_oneof![
        3 => prop::sample::select("&<>\"'#]\t\n\r ;{}\u{a0}\u{85}\u{2028}\u{feff}\u{7f}".chars().collect::<Vec<_>>()),
        4 => prop::char::range(' ', '~'),
        2 => any::<char>().prop_filter("a character of XML", legal),
    ]
}

/// A text that is not blank.
fn text() -> impl Strategy<Value = String> {
    prop::collection::vec(character(), 1..24)
        .prop_map(|characters| characters.into_iter().collect::<String>())
        .prop_filter("not blank", |text| text.chars().any(|c| !matches!(c, ' ' | '\t' | '\n' | '\r')))
}

/// A note that cannot be taken for one with a subject code.
fn note() -> impl Strategy<Value = String> {
    text().prop_filter("no subject code", |text| !text.starts_with('#'))
}

/// What XML Schema calls a decimal.
fn decimal() -> impl Strategy<Value = String> {
    "-?[0-9]{1,12}(\\.[0-9]{1,9})?"
}

fn date() -> impl Strategy<Value = String> {
    (1900..2100_u32, 1..=12_u32, 1..=28_u32).prop_map(|(year, month, day)| format!("{year:04}-{month:02}-{day:02}"))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn texts_come_through(note in note(), terms in text(), item in text(), filename in text()) {
        // A file name is a token in an attribute: blanks around it mean nothing.
        let filename = filename.trim_matches([' ', '\t', '\n', '\r']).to_owned();
        comes_through(&Values { note, terms, item, filename, ..Values::default() })?;
    }

    #[test]
    fn numbers_are_not_respelled(price in decimal(), quantity in decimal()) {
        comes_through(&Values { price, quantity, ..Values::default() })?;
    }

    #[test]
    fn dates_come_through(date in date()) {
        comes_through(&Values { date, ..Values::default() })?;
    }

    #[test]
    fn codes_come_through(scheme in "[A-Z0-9]{1,6}", currency in "[A-Z]{3}") {
        prop_assume!(scheme != "SEPA");
        comes_through(&Values { scheme, currency, ..Values::default() })?;
    }

    #[test]
    fn a_note_that_looks_like_one_with_a_code_is_kept_or_told(code in "[A-Z]{3}", rest in text()) {
        let values = Values { note: format!("#{code}#{rest}"), ..Values::default() };
        let source = values.cii();
        let there = convert(source.as_bytes(), Format::Ubl);
        let read = einv::read(there.output.as_deref().unwrap_or_default()).expect("a readable output");
        let kept = value(&read, "BT-22").as_deref() == Some(&values.note) && value(&read, "BT-21").is_none();
        let told = there.report.losses.iter().any(|loss| loss.term.as_deref() == Some("BT-22"));
        prop_assert_ne!(kept, told, "{:?}", there.report.losses);
    }

    #[test]
    fn a_date_that_is_none_is_not_respelled(month in 0..100_u32, day in 0..100_u32) {
        let values = Values { date: format!("2023-{month:02}-{day:02}"), ..Values::default() };
        let conversion = convert(values.cii().as_bytes(), Format::Ubl);
        let is_date = (1..=12).contains(&month) && day >= 1 && day <= days_in(month);
        prop_assert_eq!(conversion.output.is_some(), is_date);
    }
}

fn days_in(month: u32) -> u32 {
    match month {
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn parts_of_a_full_invoice_come_through_or_are_told(
        (full, syntax) in prop::sample::select(FULL),
        dropped in prop::collection::vec(any::<prop::sample::Index>(), 0..14),
    ) {
        let path = sample::root().join("corpus").join(full);
        let text = std::fs::read_to_string(path).expect("the fullest sample");
        let part = without(&text, &dropped);
        survives(part, syntax)?;
    }
}

/// The invoice without some of its elements.
fn without(text: &str, dropped: &[prop::sample::Index]) -> String {
    let elements = elements(text);
    let mut ranges: Vec<_> = dropped.iter().map(|index| elements[index.index(elements.len())].clone()).collect();
    ranges.sort_by_key(|range| range.start);
    let mut part = String::new();
    let mut at = 0;
    for range in ranges {
        if range.start >= at {
            part.push_str(&text[at..range.start]);
            at = range.end;
        }
    }
    part + &text[at..]
}

/// Where every element below the second level stands.
fn elements(text: &str) -> Vec<std::ops::Range<usize>> {
    use quick_xml::events::Event;
    let mut reader = quick_xml::Reader::from_str(text);
    let mut open = Vec::new();
    let mut found = Vec::new();
    let mut at = 0;
    loop {
        let event = reader.read_event().expect("well-formed XML");
        let end = reader.buffer_position() as usize;
        match event {
            Event::Start(_) => open.push(at),
            Event::Empty(_) if open.len() > 1 => found.push(at..end),
            Event::End(_) => {
                let start = open.pop().expect("an open element");
                if open.len() > 1 {
                    found.push(start..end);
                }
            }
            Event::Eof => return found,
            _ => {}
        }
        at = end;
    }
}

fn has_reason(conversion: &einv::Conversion) -> bool {
    let report = &conversion.report;
    let error = report.findings.iter().any(|finding| finding.severity == Severity::Error);
    error || report.open_losses(einv::Grade::Meaning) > 0
}

/// The fullest samples.
const FULL: &[(&str, Syntax)] = &[
    ("cii/en16931/maximal.xml", Syntax::Cii),
    ("cii/en16931/maximal-credit.xml", Syntax::Cii),
    ("ubl/en16931/maximal.xml", Syntax::Ubl),
    ("ubl/en16931/maximal-credit.xml", Syntax::Ubl),
    ("zugferd1/comfort/joinery.xml", Syntax::Zugferd1),
];

/// Through the other syntax and back; a refusal gives its reason.
fn survives(text: String, syntax: Syntax) -> Result<(), TestCaseError> {
    let sample = sample::Sample { name: "part".to_owned(), bytes: text.clone().into_bytes(), syntax, row: None };
    let tried = checks::Tried::of(&sample, &[Format::Cii, Format::Ubl]).map_err(TestCaseError::fail)?;
    let (_, there) = tried.other();
    let Some(bytes) = &there.output else {
        prop_assert!(has_reason(there), "refused without a reason\n{}", text);
        return Ok(());
    };
    let back = convert(bytes, sample.format());
    let Some(output) = &back.output else {
        // What one schema wants, the other may do without.
        prop_assert!(has_reason(&back), "refused without a reason on the way back\n{}", text);
        return Ok(());
    };
    let document = einv::read(output).map_err(|error| TestCaseError::fail(error.to_string()))?;
    let untold = checks::untold(&tried, &tried.document.same_invoice(&document), &[there, &back]);
    prop_assert!(untold.is_empty(), "{}\n{}", untold.join("\n"), text);
    Ok(())
}
