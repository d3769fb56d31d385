//! What is told of small changes to a small invoice.

use super::*;
use crate::finding::{self, Finding};
use crate::format::Format;
use crate::model::Invoice;
use crate::target::Target;

const UBL: &str = include_str!("../../corpus/ubl/en16931/minimal.xml");
const CII: &str = include_str!("../../corpus/cii/en16931/minimal.xml");

fn convert(text: &str, to: Format) -> Conversion {
    Converter::new().to(Target::for_format(to)).on_loss(OnLoss::Allow).convert(text.as_bytes()).unwrap()
}

fn output(conversion: Conversion) -> String {
    String::from_utf8(conversion.output.unwrap()).unwrap()
}

/// `CODE term @line found: message` of all that is told.
fn told(conversion: &Conversion) -> Vec<String> {
    let one = |finding: &&Finding| {
        let term = finding.term.as_deref().and_then(|term| term.split(' ').next()).unwrap_or("-").to_owned();
        let line = finding.place.as_ref().map_or(0, |place| place.line);
        let found = finding.found.as_deref().unwrap_or("-");
        format!("{} {term} @{line} {found}: {}", finding.code, finding.message)
    };
    conversion.report.all().iter().map(one).collect()
}

/// The invoice with one piece of its text exchanged.
fn with(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "{from}");
    text.replacen(from, to, 1)
}

fn registrations(first: &str, second: &str) -> String {
    let one = |id: &str, scheme: &str| {
        format!(
            "<cac:PartyTaxScheme><cbc:CompanyID>{id}</cbc:CompanyID><cac:TaxScheme>{scheme}</cac:TaxScheme></cac:PartyTaxScheme>"
        )
    };
    let both = one("A", first) + &one("B", second);
    with(UBL, "<cac:PartyLegalEntity>", &(both + "<cac:PartyLegalEntity>"))
}

#[test]
fn a_tax_registration_keeps_the_scheme_of_its_own_element() {
    let output = |first, second| output(convert(&registrations(first, second), Format::Ubl));
    let kept = output("<cbc:ID>FC</cbc:ID>", "<cbc:ID>ZZ</cbc:ID>");
    assert!(kept.contains(">A</cbc:CompanyID>") && kept.contains("<cbc:ID>FC</cbc:ID>"), "{kept}");
    assert!(!kept.contains(">B<") && !kept.contains(">ZZ<"), "{kept}");
    let usual = output("", "<cbc:ID>ZZ</cbc:ID>");
    assert!(usual.contains("<cbc:ID>TAX</cbc:ID>") && !usual.contains(">ZZ<"), "{usual}");
}

#[test]
fn a_tax_registration_in_an_attribute_keeps_its_own_scheme_too() {
    let registration = |id: &str, scheme: &str| {
        format!("<ram:SpecifiedTaxRegistration><ram:ID {scheme}>{id}</ram:ID></ram:SpecifiedTaxRegistration>")
    };
    let vat = "<ram:SpecifiedTaxRegistration>";
    let both = registration("A", "") + &registration("B", "schemeID=\"ZZ\"") + vat;
    let text = output(convert(&with(CII, vat, &both), Format::Cii));
    assert!(text.contains("<ram:ID schemeID=\"FC\">A</ram:ID>"), "{text}");
    assert!(!text.contains("ZZ"), "{text}");
}

#[cfg(feature = "json")]
mod json {
    use super::*;

    #[test]
    fn what_json_leaves_out_is_told() {
        let text = registrations("<cbc:ID>FC</cbc:ID>", "<cbc:ID>TAX</cbc:ID>");
        let text = with(&text, "<cbc:DueDate>", "<cbc:DueDate/>\n<cbc:DueDate>2025-01-31</cbc:DueDate><cbc:DueDate>");
        let conversion = convert(&text, Format::Json);
        assert_eq!(
            told(&conversion),
            [
                "EINV-L03 BT-9 @6 -: an element without text is not written",
                "EINV-L03 BT-9 @7 2025-01-31: a value stands twice and is written once",
                "EINV-L03 - @23 FC: a code of the syntax is not carried, the output has one of its own",
            ]
        );
        let report = &conversion.report;
        assert_eq!((report.terms_read, report.terms_written), (31, 30));
    }

    /// A conversion there, by way of JSON and without, tells and writes the same.
    fn same_by_way_of_json(text: &str, to: Format) {
        let direct = convert(text, to);
        let json = output(convert(text, Format::Json));
        let detour = convert(&json, to);
        assert_eq!(detour.report.source.format, "json");
        let losses = |conversion: &Conversion| conversion.report.losses.len();
        assert_eq!(losses(&direct), losses(&detour));
        assert_eq!(output(direct), output(detour));
    }

    #[test]
    fn an_invoice_comes_back_from_json_as_within_its_syntax() {
        let id = "urn:cen.eu:en16931:2017";
        let nlcius = "urn:cen.eu:en16931:2017#compliant#urn:fdc:nen.nl:nlcius:v1.0";
        let extension = "urn:cen.eu:en16931:2017#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0#conformant#urn:xeinkauf.de:kosit:extension:xrechnung_3.0";
        same_by_way_of_json(&with(CII, id, extension), Format::Cii);
        same_by_way_of_json(&with(UBL, id, nlcius), Format::Ubl);
        same_by_way_of_json(&with(UBL, ">380<", ">81<"), Format::Ubl);
        same_by_way_of_json(&with(UBL, id, nlcius), Format::Cii);
    }

    #[test]
    fn a_source_that_is_unknown_is_refused() {
        let text = r#"{"number": "1", "source": {"syntax": "edifact"}}"#;
        let error = Converter::new().convert(text.as_bytes()).unwrap_err();
        let [finding] = error.findings() else { panic!("{error}") };
        assert_eq!(finding.found.as_deref(), Some("edifact"));
        assert_eq!(
            finding.expected.as_deref(),
            Some("cii, CrossIndustryInvoice; ubl, Invoice; ubl, CreditNote; zugferd1, CrossIndustryDocument")
        );
        assert_eq!(finding.place.as_ref().map(|place| (place.line, place.column)), Some((1, 17)));
    }

    #[test]
    fn an_invoice_remembers_its_source_in_code_too() {
        let text = with(UBL, ">380<", ">81<");
        let invoice = Invoice::from_document(&read(text.as_bytes()).unwrap());
        let converter = Converter::new().to(Target::for_format(Format::Ubl));
        let written = |invoice: &Invoice| output(converter.write_invoice(invoice).unwrap());
        assert!(written(&invoice).contains("<Invoice "));
        assert!(written(&Invoice { source: None, ..invoice }).contains("<CreditNote "));
    }
}

#[test]
fn a_term_that_many_amounts_repeat_is_missing_once() {
    let text = with(UBL, "  <cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>\n", "");
    let conversion = convert(&text, Format::Ubl);
    let errors: Vec<_> = told(&conversion).into_iter().filter(|told| told.starts_with("EINV-W04")).collect();
    assert_eq!(
        errors,
        ["EINV-W04 BT-5 @0 -: invoice currency code is missing, which the schema of the output requires"]
    );
}

#[test]
fn a_missing_group_is_named_as_the_group() {
    let (from, to) = (UBL.find("  <cac:AccountingSupplierParty>").unwrap(), "</cac:AccountingSupplierParty>\n");
    let to = UBL.find(to).unwrap() + to.len();
    let conversion = convert(&[&UBL[..from], &UBL[to..]].concat(), Format::Ubl);
    assert_eq!(told(&conversion), ["EINV-W04 BG-4 @0 -: seller is missing, which the schema of the output requires"]);
}

#[test]
fn a_change_of_bt_24_is_told_once_and_where_it_stands() {
    let text = with(UBL, "urn:cen.eu:en16931:2017", "urn:example:cius");
    let [change] = &convert(&text, Format::Cii).report.changes[..] else { panic!("one change") };
    assert_eq!(change.found.as_deref(), Some("urn:example:cius"));
    assert_eq!(change.place.as_ref().map(|place| place.line), Some(3));
}

#[test]
fn what_is_cut_off_a_date_is_found() {
    let zone = convert(&with(UBL, "2025-01-31", "2025-01-31+02:00"), Format::Cii);
    assert_eq!(told(&zone), ["EINV-L03 BT-9 @6 2025-01-31+02:00: the time zone of payment due date is not carried"]);
}

#[test]
fn a_text_that_would_read_back_as_a_code_is_named() {
    let note = "<ram:IncludedNote><ram:Content>#AAI#x</ram:Content></ram:IncludedNote></rsm:ExchangedDocument>";
    let told = told(&convert(&with(CII, "</rsm:ExchangedDocument>", note), Format::Ubl));
    assert_eq!(told.len(), 1);
    assert!(told[0].starts_with("EINV-L01 BT-22 @") && told[0].contains(" #AAI#x: invoice note begins"), "{told:?}");
}

#[test]
fn accepted_losses_that_do_not_occur_are_told() {
    let accept = ["BT-X-9".to_owned(), "/Invoice/cbc:UUID".to_owned()];
    let conversion = Converter::new().accept(accept).convert(CII.as_bytes()).unwrap();
    assert_eq!(
        told(&conversion),
        [
            "EINV-A03 - @0 /Invoice/cbc:UUID: a loss that was accepted does not occur",
            "EINV-A03 BT-X-9 @0 -: a loss that was accepted does not occur",
        ]
    );
}

#[test]
fn an_element_of_no_known_kind_is_told_with_what_decided() {
    let currency = with(UBL, "<cbc:TaxAmount currencyID=\"EUR\">", "<cbc:TaxAmount currencyID=\"SEK\">");
    let conversion = convert(&currency, Format::Ubl);
    let losses: Vec<&Finding> = conversion.report.losses.iter().map(|loss| &loss.finding).collect();
    let expected =
        |message: &str| losses.iter().find(|loss| loss.message == message).and_then(|loss| loss.expected.clone());
    let kind = "cbc:TaxAmount is of a kind that EN 16931 does not have here, for @currencyID is `SEK`";
    assert_eq!(expected(kind).as_deref(), Some("invoice currency code or VAT accounting currency code"));
    let constant = "@currencyID has a value that the output cannot state";
    assert_eq!(expected(constant).as_deref(), Some("invoice currency code"));
}

#[test]
fn what_is_doubtful_is_a_warning() {
    let payment = |code: &str, account: &str| {
        format!(
            "<cac:PaymentMeans><cbc:PaymentMeansCode>{code}</cbc:PaymentMeansCode><cac:PayeeFinancialAccount>\
             <cbc:ID>{account}</cbc:ID></cac:PayeeFinancialAccount></cac:PaymentMeans>"
        )
    };
    let both = payment("58", "DE89370400440532013000") + "\n" + &payment("30", "DE89370400440532013001");
    let text = with(UBL, "<cac:TaxTotal>", &(both + "<cac:TaxTotal>"));
    let text = with(
        &text,
        "</cbc:DocumentCurrencyCode>",
        "</cbc:DocumentCurrencyCode><cbc:TaxCurrencyCode>EUR</cbc:TaxCurrencyCode>",
    );
    let standard = "<cac:StandardItemIdentification><cbc:ID>4006381333931</cbc:ID></cac:StandardItemIdentification><cac:ClassifiedTaxCategory>";
    let text = with(&text, "<cac:ClassifiedTaxCategory>", standard);
    let doubts: Vec<_> =
        told(&convert(&text, Format::Ubl)).into_iter().filter(|told| told.starts_with("EINV-R07")).collect();
    let terms: Vec<_> =
        doubts.iter().map(|told| told.split(' ').skip(1).take(3).collect::<Vec<_>>().join(" ")).collect();
    assert_eq!(
        terms,
        ["BT-6 @8 EUR:", "BT-81 @40 30:", "BT-84 @40 DE89370400440532013001:", "BT-157 @66 4006381333931:",],
        "{doubts:#?}"
    );
}

#[cfg(feature = "pdf")]
#[test]
fn a_place_in_a_pdf_names_the_file_inside() {
    let pdf = include_bytes!("../../corpus/facturx/en16931/hybrid.pdf");
    let opened = input::open(pdf, &Limits::default()).unwrap();
    let finding = Finding::new(finding::XML_SYNTAX, "broken").at(crate::place::Place::at("a.pdf", 1, 2));
    let located = opened.locate(finding.into());
    assert_eq!(located.findings()[0].place.as_ref().and_then(|place| place.inside.as_deref()), Some("factur-x.xml"));
}

#[test]
fn texts_in_pieces_have_the_place_of_their_element() {
    let twice = "<cbc:ID>7</cbc:ID>\n\n<cbc:ID><![CDATA[8]]>9</cbc:ID>\n<cbc:ID>1\r\n0</cbc:ID>";
    let told = told(&convert(&with(UBL, "<cbc:ID>7</cbc:ID>", twice), Format::Cii));
    let line = UBL[..UBL.find("<cbc:ID>7").unwrap()].lines().count();
    for (line, found) in [(line + 2, "89"), (line + 3, "1\n0")] {
        let left = format!("EINV-L01 BT-1 @{line} {found}: invoice number has no place left in the output");
        assert!(told.contains(&left), "{told:#?}");
    }
}

#[test]
fn an_equals_sign_in_a_text_makes_no_attribute_of_it() {
    assert_eq!(ledger::name_at("<a><b c='=>'>x=y</b></a>", 13), "b");
    assert_eq!(ledger::name_at("<a><b c='=>'>x=y</b></a>", 6), "@c");
    assert_eq!(ledger::name_at("<a><b c='=>'>x=y</b></a>", 9), "@c");
    assert_eq!(ledger::name_at("<a><b c='=>'>x=y</b></a>", 3), "b");
}

#[test]
fn more_messages_than_are_told_refuse_the_invoice() {
    let dates: String = (1..9).map(|day| format!("<cbc:DueDate>2025-01-0{day}</cbc:DueDate>")).collect();
    let text = with(UBL, "<cbc:DueDate>", &(dates + "<cbc:DueDate>"));
    let convert = |most| {
        let converter = Converter::new().to(Target::for_format(Format::Cii)).on_loss(OnLoss::Allow);
        converter.limits(Limits::default().findings(most)).convert(text.as_bytes()).unwrap()
    };
    assert!(convert(50).output.is_some());
    let few = convert(4);
    assert!(few.output.is_none());
    let told = told(&few);
    assert_eq!(told.len(), 5, "{told:#?}");
    assert!(told.iter().any(|one| one.contains("more than 4 messages about this invoice")), "{told:#?}");
}
