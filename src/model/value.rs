//! Values with typed access: the text as written, its meaning on request.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

macro_rules! text_value {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The value with this text, kept as it is.
            pub fn new(text: impl Into<String>) -> $name {
                $name(text.into())
            }

            /// The text as written.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> $name {
                $name(text.to_owned())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> $name {
                $name(text)
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> String {
                value.0
            }
        }
    };
}

text_value! {
    /// An amount, price, quantity or percentage: a decimal as written, such as `100.00`.
    Number
}

text_value! {
    /// A calendar date, `YYYY-MM-DD`.
    Date
}

text_value! {
    /// A code of one of the standard's lists.
    Code
}

/// A text that is not of the type asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected}, found `{found}`")]
#[non_exhaustive]
pub struct ValueError {
    /// What would have been right.
    pub expected: &'static str,
    /// The text met.
    pub found: String,
}

impl Number {
    /// The number, its decimals kept (`100.00` has two).
    ///
    /// # Errors
    /// If the text is no decimal of XML Schema (an exponent is none), or has more than 28 digits.
    pub fn decimal(&self) -> Result<rust_decimal::Decimal, ValueError> {
        let text = self.0.trim();
        let plain = text.strip_prefix('+').unwrap_or(text);
        let error = || ValueError { expected: "a decimal number", found: self.0.clone() };
        if !plain.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-')) {
            return Err(error());
        }
        rust_decimal::Decimal::from_str(plain).map_err(|_| error())
    }

    /// The number in one spelling: no plus, no zeros around, `0` for every zero. `None` if it is no number.
    pub fn normalised(&self) -> Option<String> {
        let text = self.0.trim();
        let (sign, digits) = match text.as_bytes().first()? {
            b'-' => ("-", &text[1..]),
            b'+' => ("", &text[1..]),
            _ => ("", text),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let fits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        if !fits(whole) || !fits(fraction) || (whole.is_empty() && fraction.is_empty()) {
            return None;
        }
        let (whole, fraction) = (whole.trim_start_matches('0'), fraction.trim_end_matches('0'));
        Some(match (whole, fraction) {
            ("", "") => "0".to_owned(),
            (whole, "") => format!("{sign}{whole}"),
            ("", fraction) => format!("{sign}0.{fraction}"),
            (whole, fraction) => format!("{sign}{whole}.{fraction}"),
        })
    }
}

impl From<rust_decimal::Decimal> for Number {
    fn from(number: rust_decimal::Decimal) -> Number {
        Number(number.to_string())
    }
}

impl Date {
    /// Year, month and day.
    ///
    /// # Errors
    /// If the text is no day of the calendar in the form `YYYY-MM-DD`.
    pub fn ymd(&self) -> Result<(i32, u32, u32), ValueError> {
        use chrono::Datelike;
        let text = self.0.trim();
        let error = || ValueError { expected: "a date, YYYY-MM-DD", found: self.0.clone() };
        let date = chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d").map_err(|_| error())?;
        if text.len() != 10 {
            return Err(error());
        }
        Ok((date.year(), date.month(), date.day()))
    }
}

impl Code {
    /// The code without white space around it.
    pub fn trimmed(&self) -> &str {
        self.0.trim()
    }
}

/// An identifier, with the scheme that says whose it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Identifier {
    /// The identifier as written.
    pub value: String,
    /// Scheme identifier, such as `0088`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scheme: Option<String>,
    /// Version of the scheme (BT-158-2 only).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scheme_version: Option<String>,
}

impl Identifier {
    /// An identifier without a scheme.
    pub fn new(value: impl Into<String>) -> Identifier {
        Identifier { value: value.into(), ..Identifier::default() }
    }

    /// The same identifier with a scheme.
    pub fn with_scheme(mut self, scheme: impl Into<String>) -> Identifier {
        self.scheme = Some(scheme.into());
        self
    }
}

impl From<&str> for Identifier {
    fn from(value: &str) -> Identifier {
        Identifier::new(value)
    }
}

/// An attached document (BT-125).
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "json", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Binary {
    /// The content in base64, as written (line breaks included).
    pub content: String,
    /// MIME code (BT-125-1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mime_code: Option<String>,
    /// File name (BT-125-2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filename: Option<String>,
}

impl Binary {
    /// An attachment from its base64 text, MIME code and file name.
    pub fn new(content: impl Into<String>, mime_code: impl Into<String>, filename: impl Into<String>) -> Binary {
        Binary { content: content.into(), mime_code: Some(mime_code.into()), filename: Some(filename.into()) }
    }

    /// The base64 text without white space.
    pub fn compact(&self) -> Cow<'_, str> {
        match self.content.contains(char::is_whitespace) {
            true => Cow::Owned(self.content.split_whitespace().collect()),
            false => Cow::Borrowed(&self.content),
        }
    }
}
