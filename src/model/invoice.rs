// generated from mappings/en16931.terms by src/model/generate.rs; do not edit

//! The invoice for programmers: groups of EN 16931-1 as structs, terms as fields.

use serde::{Deserialize, Serialize};

use super::extra::Extra;
use super::fields::fields;
use super::source::Source;
use super::value::{Binary, Code, Date, Identifier, Number};

/// An EN 16931 invoice: what every field means stands in the standard under the id in brackets.
///
/// Values are texts as written, with typed access where it makes sense. Nothing is required here: what is missing is for
/// rules to find.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Invoice {
    /// Address of the JSON Schema that a JSON text follows; says nothing about the invoice.
    #[serde(rename = "$schema", skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// The file that it was read from; none of an invoice that is built in code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// Invoice number (BT-1): an identifier.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// Invoice issue date (BT-2): a date, `YYYY-MM-DD`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issue_date: Option<Date>,
    /// Invoice type code (BT-3): a code of untdid-1001.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub type_code: Option<Code>,
    /// Invoice currency code (BT-5): a code of iso4217.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency_code: Option<Code>,
    /// VAT accounting currency code (BT-6): a code of iso4217.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vat_currency_code: Option<Code>,
    /// Value added tax point date (BT-7): a date, `YYYY-MM-DD`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tax_point_date: Option<Date>,
    /// Value added tax point date code (BT-8): a code of untdid-2005.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tax_point_date_code: Option<Code>,
    /// Payment due date (BT-9): a date, `YYYY-MM-DD`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_date: Option<Date>,
    /// Buyer reference (BT-10).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub buyer_reference: Option<String>,
    /// Project reference (BT-11): the number of a document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project_reference: Option<String>,
    /// Contract reference (BT-12): the number of a document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contract_reference: Option<String>,
    /// Purchase order reference (BT-13): the number of a document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub purchase_order_reference: Option<String>,
    /// Sales order reference (BT-14): the number of a document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sales_order_reference: Option<String>,
    /// Receiving advice reference (BT-15): the number of a document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub receiving_advice_reference: Option<String>,
    /// Despatch advice reference (BT-16): the number of a document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub despatch_advice_reference: Option<String>,
    /// Tender or lot reference (BT-17): the number of a document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tender_or_lot_reference: Option<String>,
    /// Invoiced object identifier (BT-18): an identifier.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invoiced_object_identifier: Option<Identifier>,
    /// Buyer accounting reference (BT-19).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub buyer_accounting_reference: Option<String>,
    /// Payment terms (BT-20).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payment_terms: Option<String>,
    /// Invoice note (BG-1).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Note>,
    /// Process control (BG-2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub process_control: Option<ProcessControl>,
    /// Preceding invoice reference (BG-3).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub preceding_invoices: Vec<PrecedingInvoice>,
    /// Seller (BG-4).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seller: Option<Seller>,
    /// Buyer (BG-7).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub buyer: Option<Buyer>,
    /// Payee (BG-10).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payee: Option<Payee>,
    /// Seller tax representative party (BG-11).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tax_representative: Option<TaxRepresentative>,
    /// Delivery information (BG-13).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delivery: Option<Delivery>,
    /// Invoicing period (BG-14).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invoicing_period: Option<Period>,
    /// Payment instructions (BG-16): those with one means of payment are one here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payment_instructions: Option<PaymentInstructions>,
    /// Document level allowances (BG-20).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allowances: Vec<AllowanceOrCharge>,
    /// Document level charges (BG-21).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub charges: Vec<AllowanceOrCharge>,
    /// Document totals (BG-22).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub totals: Option<Totals>,
    /// VAT breakdown (BG-23).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub vat_breakdown: Vec<VatBreakdown>,
    /// Additional supporting documents (BG-24).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub supporting_documents: Vec<SupportingDocument>,
    /// Invoice line (BG-25).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<Line>,
    /// Values of the standard that have no field: a second payment due date, the VAT of another tax.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub surplus: Vec<Extra>,
    /// Values of extension terms.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extensions: Vec<Extra>,
}

fields! { Invoice:
    number issue_date type_code currency_code vat_currency_code tax_point_date tax_point_date_code due_date
    buyer_reference project_reference contract_reference purchase_order_reference sales_order_reference
    receiving_advice_reference despatch_advice_reference tender_or_lot_reference invoiced_object_identifier
    buyer_accounting_reference payment_terms notes process_control preceding_invoices seller buyer payee
    tax_representative delivery invoicing_period payment_instructions allowances charges totals vat_breakdown
    supporting_documents lines
}

/// Invoice note (BG-1).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Note {
    /// Invoice note subject code (BT-21): a code of untdid-4451.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject_code: Option<Code>,
    /// Invoice note (BT-22).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

fields! { Note:
    subject_code text
}

/// Process control (BG-2).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ProcessControl {
    /// Business process type (BT-23).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub business_process_type: Option<String>,
    /// Specification identifier (BT-24): an identifier.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub specification_identifier: Option<String>,
}

fields! { ProcessControl:
    business_process_type specification_identifier
}

/// Preceding invoice reference (BG-3).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct PrecedingInvoice {
    /// Preceding Invoice reference (BT-25): the number of a document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// Preceding Invoice issue date (BT-26): a date, `YYYY-MM-DD`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issue_date: Option<Date>,
}

fields! { PrecedingInvoice:
    reference issue_date
}

/// Seller (BG-4).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Seller {
    /// Seller name (BT-27).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Seller trading name (BT-28).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trading_name: Option<String>,
    /// Seller identifier (BT-29): an identifier.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub identifiers: Vec<Identifier>,
    /// Seller legal registration identifier (BT-30): an identifier.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub legal_registration_identifier: Option<Identifier>,
    /// Seller VAT identifier (BT-31): an identifier.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vat_identifier: Option<String>,
    /// Seller tax registration identifier (BT-32): an identifier.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tax_registration_identifier: Option<String>,
    /// Seller additional legal information (BT-33).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub additional_legal_information: Option<String>,
    /// Seller electronic address (BT-34): an identifier.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub electronic_address: Option<Identifier>,
    /// Seller postal address (BG-5).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<Address>,
    /// Seller contact (BG-6).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact: Option<Contact>,
}

fields! { Seller:
    name trading_name identifiers legal_registration_identifier vat_identifier tax_registration_identifier
    additional_legal_information electronic_address address contact
}

/// Address (BG-5, BG-8, BG-12, BG-15).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Address {
    /// Address line 1 (BT-35, BT-50, BT-64, BT-75).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line1: Option<String>,
    /// Address line 2 (BT-36, BT-51, BT-65, BT-76).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line2: Option<String>,
    /// Address line 3 (BT-162, BT-163, BT-164, BT-165).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line3: Option<String>,
    /// City (BT-37, BT-52, BT-66, BT-77).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    /// Post code (BT-38, BT-53, BT-67, BT-78).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub post_code: Option<String>,
    /// Country subdivision (BT-39, BT-54, BT-68, BT-79).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subdivision: Option<String>,
    /// Country code (BT-40, BT-55, BT-69, BT-80): a code of iso3166.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country_code: Option<Code>,
}

fields! { Address:
    line1 line2 line3 city post_code subdivision country_code
}

/// Contact (BG-6, BG-9).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Contact {
    /// Contact point (BT-41, BT-56).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Contact telephone number (BT-42, BT-57).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub telephone: Option<String>,
    /// Contact email address (BT-43, BT-58).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}

fields! { Contact:
    name telephone email
}

/// Buyer (BG-7).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Buyer {
    /// Buyer name (BT-44).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Buyer trading name (BT-45).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trading_name: Option<String>,
    /// Buyer identifier (BT-46): an identifier.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identifier: Option<Identifier>,
    /// Buyer legal registration identifier (BT-47): an identifier.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub legal_registration_identifier: Option<Identifier>,
    /// Buyer VAT identifier (BT-48): an identifier.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vat_identifier: Option<String>,
    /// Buyer electronic address (BT-49): an identifier.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub electronic_address: Option<Identifier>,
    /// Buyer postal address (BG-8).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<Address>,
    /// Buyer contact (BG-9).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact: Option<Contact>,
}

fields! { Buyer:
    name trading_name identifier legal_registration_identifier vat_identifier electronic_address address contact
}

/// Payee (BG-10).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Payee {
    /// Payee name (BT-59).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Payee identifier (BT-60): an identifier.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identifier: Option<Identifier>,
    /// Payee legal registration identifier (BT-61): an identifier.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub legal_registration_identifier: Option<Identifier>,
}

fields! { Payee:
    name identifier legal_registration_identifier
}

/// Seller tax representative party (BG-11).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct TaxRepresentative {
    /// Seller tax representative name (BT-62).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Seller tax representative VAT identifier (BT-63): an identifier.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vat_identifier: Option<String>,
    /// Seller tax representative postal address (BG-12).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<Address>,
}

fields! { TaxRepresentative:
    name vat_identifier address
}

/// Delivery information (BG-13).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Delivery {
    /// Deliver to party name (BT-70).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Deliver to location identifier (BT-71): an identifier.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identifier: Option<Identifier>,
    /// Actual delivery date (BT-72): a date, `YYYY-MM-DD`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actual_delivery_date: Option<Date>,
    /// Deliver to address (BG-15).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<Address>,
}

fields! { Delivery:
    name identifier actual_delivery_date address
}

/// Period (BG-14, BG-26).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Period {
    /// Period start date (BT-73, BT-134): a date, `YYYY-MM-DD`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_date: Option<Date>,
    /// Period end date (BT-74, BT-135): a date, `YYYY-MM-DD`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_date: Option<Date>,
}

fields! { Period:
    start_date end_date
}

/// Payment instructions (BG-16).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct PaymentInstructions {
    /// Payment means type code (BT-81): a code of untdid-4461.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub means_code: Option<Code>,
    /// Payment means text (BT-82).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub means_text: Option<String>,
    /// Remittance information (BT-83).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remittance_information: Option<String>,
    /// Credit transfer (BG-17).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub credit_transfers: Vec<CreditTransfer>,
    /// Payment card information (BG-18).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub card: Option<Card>,
    /// Direct debit (BG-19).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub direct_debit: Option<DirectDebit>,
}

fields! { PaymentInstructions:
    means_code means_text remittance_information credit_transfers card direct_debit
}

/// Credit transfer (BG-17).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct CreditTransfer {
    /// Payment account identifier (BT-84): an identifier.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account_identifier: Option<String>,
    /// Payment account name (BT-85).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account_name: Option<String>,
    /// Payment service provider identifier (BT-86): an identifier.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_provider_identifier: Option<String>,
}

fields! { CreditTransfer:
    account_identifier account_name service_provider_identifier
}

/// Payment card information (BG-18).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Card {
    /// Payment card primary account number (BT-87).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account_number: Option<String>,
    /// Payment card holder name (BT-88).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub holder_name: Option<String>,
}

fields! { Card:
    account_number holder_name
}

/// Direct debit (BG-19).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct DirectDebit {
    /// Mandate reference identifier (BT-89): an identifier.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mandate_reference: Option<String>,
    /// Bank assigned creditor identifier (BT-90): an identifier.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub creditor_identifier: Option<String>,
    /// Debited account identifier (BT-91): an identifier.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub debited_account_identifier: Option<String>,
}

fields! { DirectDebit:
    mandate_reference creditor_identifier debited_account_identifier
}

/// Document level allowances, document level charges (BG-20, BG-21).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct AllowanceOrCharge {
    /// Amount (BT-92, BT-99): an amount, at most two decimals.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<Number>,
    /// Base amount (BT-93, BT-100): an amount, at most two decimals.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base_amount: Option<Number>,
    /// Percentage (BT-94, BT-101): a percentage, `19` for 19 %.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub percentage: Option<Number>,
    /// VAT category code (BT-95, BT-102): a code of untdid-5305.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vat_category_code: Option<Code>,
    /// VAT rate (BT-96, BT-103): a percentage, `19` for 19 %.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vat_rate: Option<Number>,
    /// Reason (BT-97, BT-104).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Reason code (BT-98, BT-105): a code of untdid-5189 or untdid-7161.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason_code: Option<Code>,
}

fields! { AllowanceOrCharge:
    amount base_amount percentage vat_category_code vat_rate reason reason_code
}

/// Document totals (BG-22).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Totals {
    /// Sum of Invoice line net amount (BT-106): an amount, at most two decimals.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sum_of_lines: Option<Number>,
    /// Sum of allowances on document level (BT-107): an amount, at most two decimals.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sum_of_allowances: Option<Number>,
    /// Sum of charges on document level (BT-108): an amount, at most two decimals.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sum_of_charges: Option<Number>,
    /// Invoice total amount without VAT (BT-109): an amount, at most two decimals.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_without_vat: Option<Number>,
    /// Invoice total VAT amount (BT-110): an amount, at most two decimals.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vat_total: Option<Number>,
    /// Invoice total VAT amount in accounting currency (BT-111): an amount, at most two decimals.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vat_total_in_vat_currency: Option<Number>,
    /// Invoice total amount with VAT (BT-112): an amount, at most two decimals.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_with_vat: Option<Number>,
    /// Paid amount (BT-113): an amount, at most two decimals.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paid_amount: Option<Number>,
    /// Rounding amount (BT-114): an amount, at most two decimals.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rounding_amount: Option<Number>,
    /// Amount due for payment (BT-115): an amount, at most two decimals.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount_due: Option<Number>,
}

fields! { Totals:
    sum_of_lines sum_of_allowances sum_of_charges total_without_vat vat_total vat_total_in_vat_currency total_with_vat
    paid_amount rounding_amount amount_due
}

/// VAT breakdown (BG-23).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct VatBreakdown {
    /// VAT category taxable amount (BT-116): an amount, at most two decimals.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub taxable_amount: Option<Number>,
    /// VAT category tax amount (BT-117): an amount, at most two decimals.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tax_amount: Option<Number>,
    /// VAT category code (BT-118): a code of untdid-5305.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vat_category_code: Option<Code>,
    /// VAT category rate (BT-119): a percentage, `19` for 19 %.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vat_rate: Option<Number>,
    /// VAT exemption reason text (BT-120).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exemption_reason: Option<String>,
    /// VAT exemption reason code (BT-121): a code of vatex.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exemption_reason_code: Option<Code>,
}

fields! { VatBreakdown:
    taxable_amount tax_amount vat_category_code vat_rate exemption_reason exemption_reason_code
}

/// Additional supporting documents (BG-24).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct SupportingDocument {
    /// Supporting document reference (BT-122): the number of a document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// Supporting document description (BT-123).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// External document location (BT-124).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// Attached document (BT-125): a file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attachment: Option<Binary>,
}

fields! { SupportingDocument:
    reference description location attachment
}

/// Invoice line (BG-25).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Line {
    /// Invoice line identifier (BT-126): an identifier.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identifier: Option<String>,
    /// Invoice line note (BT-127).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Invoice line object identifier (BT-128): an identifier.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object_identifier: Option<Identifier>,
    /// Invoiced quantity (BT-129): a quantity.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quantity: Option<Number>,
    /// Invoiced quantity unit of measure code (BT-130): a code of units.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit_code: Option<Code>,
    /// Invoice line net amount (BT-131): an amount, at most two decimals.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub net_amount: Option<Number>,
    /// Referenced purchase order line reference (BT-132): the number of a document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub purchase_order_line_reference: Option<String>,
    /// Invoice line Buyer accounting reference (BT-133).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub buyer_accounting_reference: Option<String>,
    /// Invoice line period (BG-26).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period: Option<Period>,
    /// Invoice line allowances (BG-27).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allowances: Vec<LineAllowanceOrCharge>,
    /// Invoice line charges (BG-28).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub charges: Vec<LineAllowanceOrCharge>,
    /// Price details (BG-29).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub price: Option<Price>,
    /// Line VAT information (BG-30).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vat: Option<LineVat>,
    /// Item information (BG-31).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item: Option<Item>,
}

fields! { Line:
    identifier note object_identifier quantity unit_code net_amount purchase_order_line_reference
    buyer_accounting_reference period allowances charges price vat item
}

/// Invoice line allowances, invoice line charges (BG-27, BG-28).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct LineAllowanceOrCharge {
    /// Amount (BT-136, BT-141): an amount, at most two decimals.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<Number>,
    /// Base amount (BT-137, BT-142): an amount, at most two decimals.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base_amount: Option<Number>,
    /// Percentage (BT-138, BT-143): a percentage, `19` for 19 %.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub percentage: Option<Number>,
    /// Reason (BT-139, BT-144).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Reason code (BT-140, BT-145): a code of untdid-5189 or untdid-7161.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason_code: Option<Code>,
}

fields! { LineAllowanceOrCharge:
    amount base_amount percentage reason reason_code
}

/// Price details (BG-29).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Price {
    /// Item net price (BT-146): an amount per unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub net_price: Option<Number>,
    /// Item price discount (BT-147): an amount per unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub discount: Option<Number>,
    /// Item gross price (BT-148): an amount per unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gross_price: Option<Number>,
    /// Item price base quantity (BT-149): a quantity.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base_quantity: Option<Number>,
    /// Item price base quantity unit of measure code (BT-150): a code of units.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base_quantity_unit_code: Option<Code>,
}

fields! { Price:
    net_price discount gross_price base_quantity base_quantity_unit_code
}

/// Line VAT information (BG-30).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct LineVat {
    /// Invoiced item VAT category code (BT-151): a code of untdid-5305.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vat_category_code: Option<Code>,
    /// Invoiced item VAT rate (BT-152): a percentage, `19` for 19 %.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vat_rate: Option<Number>,
}

fields! { LineVat:
    vat_category_code vat_rate
}

/// Item information (BG-31).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Item {
    /// Item name (BT-153).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Item description (BT-154).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Item Seller's identifier (BT-155): an identifier.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seller_identifier: Option<String>,
    /// Item Buyer's identifier (BT-156): an identifier.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub buyer_identifier: Option<String>,
    /// Item standard identifier (BT-157): an identifier.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub standard_identifier: Option<Identifier>,
    /// Item classification identifier (BT-158): an identifier.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub classification_identifiers: Vec<Identifier>,
    /// Item country of origin (BT-159): a code of iso3166.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country_of_origin: Option<Code>,
    /// Item attributes (BG-32).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attributes: Vec<ItemAttribute>,
}

fields! { Item:
    name description seller_identifier buyer_identifier standard_identifier classification_identifiers country_of_origin
    attributes
}

/// Item attributes (BG-32).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ItemAttribute {
    /// Item attribute name (BT-160).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Item attribute value (BT-161).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}

fields! { ItemAttribute:
    name value
}
