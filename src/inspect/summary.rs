//! An invoice in short.

use super::names::name_of;
use super::types::{Coded, PartyIdentifier, PartySummary, Summary, SupportingFile, VatCategory};
use crate::model::{Address, Buyer, Identifier, Invoice, Payee, Seller, SupportingDocument, TaxRepresentative};
use crate::model::{Code, VatBreakdown};
use crate::term::Terms;

impl Summary {
    /// What stands in an invoice.
    pub(super) fn of(invoice: &Invoice) -> Summary {
        let process = invoice.process_control.as_ref().and_then(|control| control.business_process_type.as_deref());
        Summary {
            number: invoice.number.clone(),
            issue_date: invoice.issue_date.clone(),
            type_code: invoice.type_code.as_ref().map(|code| Coded::of("untdid-1001", code.as_str())),
            process: process.map(|process| Coded::of("BT-23", process)),
            due_date: invoice.due_date.clone(),
            seller: invoice.seller.as_ref().map(PartySummary::seller),
            buyer: invoice.buyer.as_ref().map(PartySummary::buyer),
            payee: invoice.payee.as_ref().map(PartySummary::payee),
            tax_representative: invoice.tax_representative.as_ref().map(PartySummary::tax_representative),
            currency_code: invoice.currency_code.clone(),
            vat_currency_code: invoice.vat_currency_code.clone(),
            totals: invoice.totals.clone(),
            vat_breakdown: invoice.vat_breakdown.iter().map(VatCategory::of).collect(),
            lines: invoice.lines.len() as u64,
            attachments: invoice.supporting_documents.iter().map(SupportingFile::of).collect(),
        }
    }
}

impl Coded {
    fn of(list: &str, code: &str) -> Coded {
        Coded { code: code.to_owned(), name: name_of(list, code).map(str::to_owned) }
    }
}

impl PartySummary {
    fn seller(seller: &Seller) -> PartySummary {
        let identifiers = seller.identifiers.iter().map(|identifier| schemed("BT-29", Some(identifier)));
        let others = [
            schemed("BT-30", seller.legal_registration_identifier.as_ref()),
            plain("BT-31", seller.vat_identifier.as_ref()),
            plain("BT-32", seller.tax_registration_identifier.as_ref()),
            schemed("BT-34", seller.electronic_address.as_ref()),
        ];
        PartySummary {
            name: seller.name.clone(),
            trading_name: seller.trading_name.clone(),
            country_code: country(seller.address.as_ref()),
            identifiers: identifiers.chain(others).flatten().collect(),
        }
    }

    fn buyer(buyer: &Buyer) -> PartySummary {
        let identifiers = [
            schemed("BT-46", buyer.identifier.as_ref()),
            schemed("BT-47", buyer.legal_registration_identifier.as_ref()),
            plain("BT-48", buyer.vat_identifier.as_ref()),
            schemed("BT-49", buyer.electronic_address.as_ref()),
        ];
        PartySummary {
            name: buyer.name.clone(),
            trading_name: buyer.trading_name.clone(),
            country_code: country(buyer.address.as_ref()),
            identifiers: identifiers.into_iter().flatten().collect(),
        }
    }

    fn payee(payee: &Payee) -> PartySummary {
        let identifiers = [
            schemed("BT-60", payee.identifier.as_ref()),
            schemed("BT-61", payee.legal_registration_identifier.as_ref()),
        ];
        let identifiers = identifiers.into_iter().flatten().collect();
        PartySummary { name: payee.name.clone(), identifiers, ..PartySummary::default() }
    }

    fn tax_representative(representative: &TaxRepresentative) -> PartySummary {
        PartySummary {
            name: representative.name.clone(),
            country_code: country(representative.address.as_ref()),
            identifiers: plain("BT-63", representative.vat_identifier.as_ref()).into_iter().collect(),
            ..PartySummary::default()
        }
    }
}

fn country(address: Option<&Address>) -> Option<Code> {
    address?.country_code.clone()
}

fn schemed(term: &str, identifier: Option<&Identifier>) -> Option<PartyIdentifier> {
    let identifier = identifier?;
    Some(PartyIdentifier { scheme: identifier.scheme.clone(), ..plain(term, Some(&identifier.value))? })
}

fn plain(term: &str, value: Option<&String>) -> Option<PartyIdentifier> {
    let terms = Terms::standard();
    let label = terms.find(term).map(|id| terms.get(id).name()).unwrap_or_default();
    let value = value?.clone();
    Some(PartyIdentifier { term: term.to_owned(), label: label.to_owned(), value, scheme: None })
}

impl VatCategory {
    fn of(breakdown: &VatBreakdown) -> VatCategory {
        let category = breakdown.vat_category_code.as_ref();
        VatCategory {
            category: category.map(|code| Coded::of("untdid-5305", code.as_str())),
            rate: breakdown.vat_rate.clone(),
            taxable_amount: breakdown.taxable_amount.clone(),
            tax_amount: breakdown.tax_amount.clone(),
        }
    }
}

impl SupportingFile {
    fn of(document: &SupportingDocument) -> SupportingFile {
        let file = document.attachment.as_ref();
        SupportingFile {
            reference: document.reference.clone(),
            description: document.description.clone(),
            location: document.location.clone(),
            filename: file.and_then(|file| file.filename.clone()),
            mime_code: file.and_then(|file| file.mime_code.clone()),
            bytes: file.map(|file| unpacked_size(&file.content)),
        }
    }
}

/// How many bytes a text in base64 stands for: six bits for each of its characters.
fn unpacked_size(base64: &str) -> u64 {
    let symbols = base64.bytes().filter(|byte| !byte.is_ascii_whitespace() && *byte != b'=').count();
    symbols as u64 * 6 / 8
}
