//! How large an input may be in each direction: one table, from which the library, the command line and its help read.

use crate::finding::{self, Finding};

/// What a limit counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unit {
    /// Bytes; `64MiB` and the like are understood.
    Bytes,
    /// Pieces.
    Count,
    /// Seconds.
    Seconds,
}

/// A row of the table: one limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limit {
    /// Its name, as in `--limit depth=200`.
    pub name: &'static str,
    /// What it counts.
    pub unit: Unit,
    /// Its value if nothing else is said.
    pub default: u64,
    /// The largest value that it can have.
    pub most: u64,
    /// What it bounds, in a few words.
    pub meaning: &'static str,
}

macro_rules! limits {
    ($($name:ident $unit:ident $default:expr, $most:expr, $meaning:literal;)*) => {
        /// How large an input may be in each direction. What is beyond is refused, and the limit named.
        ///
        /// ```
        /// use einv::{Converter, Limits};
        ///
        /// let converter = Converter::new().limits(Limits::default().depth(200).unpacked(64 << 20));
        /// ```
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct Limits {
            $(pub(crate) $name: u64,)*
        }

        impl Default for Limits {
            fn default() -> Limits {
                Limits { $($name: $default,)* }
            }
        }

        impl Limits {
            $(
                #[doc = concat!("Bounds: ", $meaning, ". A value beyond the largest one counts as that.")]
                pub fn $name(mut self, most: u64) -> Limits {
                    self.$name = most.min($most);
                    self
                }
            )*

            fn set(self, name: &str, value: u64) -> Limits {
                match name {
                    $(stringify!($name) => self.$name(value),)*
                    _ => self,
                }
            }
        }

        /// Every limit: name, unit, default, largest value, meaning.
        pub const LIMITS: &[Limit] = &[
            $(Limit { name: stringify!($name), unit: Unit::$unit, default: $default, most: $most, meaning: $meaning },)*
        ];
    };
}

const MIB: u64 = 1 << 20;
/// Places in a document are 32 bits wide, and texts in pieces stand in it twice.
const TEXT: u64 = 1024 * MIB;

limits! {
    input      Bytes   256 * MIB, TEXT,                "the file as it is handed in";
    unpacked   Bytes   256 * MIB, TEXT,                "an invoice as text: unpacked from gzip or a PDF, or written";
    structure  Bytes   64 * MIB,  TEXT,                "what one part of the PDF's own structure may unpack to";
    objects    Count   2_000_000, 100_000_000,         "objects of a PDF";
    depth      Count   100,       10_000,              "XML elements inside one another";
    attributes Count   64,        10_000,              "attributes of one XML element";
    namespaces Count   256,       10_000,              "namespace declarations that hold at one place";
    name       Bytes   1024,      TEXT,                "one XML name";
    text       Bytes   256 * MIB, TEXT,                "one XML text or attribute value";
    groups     Count   100_000,   100_000_000,         "groups in JSON that is read or written, such as lines and parties";
    findings   Count   100_000,   100_000_000,         "messages about one invoice";
    time       Seconds 60,        1_000_000,           "the work on one file; looked at between its stages";
}

/// How the units of sizes are written.
const SIZES: [(&str, u64); 4] = [("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("B", 1)];

impl Limits {
    /// The most bytes that a file may have.
    pub fn input_bytes(&self) -> u64 {
        self.input
    }

    /// The most seconds that the work on one file may take. The library has no clock: this is for its caller, see
    /// [`Converter::stop_when`](crate::Converter::stop_when).
    pub fn seconds(&self) -> u64 {
        self.time
    }

    /// How many messages of a kind are kept.
    pub(crate) fn messages(&self) -> usize {
        usize::try_from(self.findings).unwrap_or(usize::MAX)
    }

    /// An error with this message if there are more groups than these limits allow.
    #[cfg(feature = "json")]
    pub(crate) fn allows_groups(&self, groups: u64, message: &str) -> Result<(), Finding> {
        let finding = || {
            let finding = Finding::new(finding::XML_LIMIT, message).found(groups.to_string());
            finding.expected(format!("at most {}", self.groups)).help(raise("groups"))
        };
        if groups > self.groups { Err(finding()) } else { Ok(()) }
    }

    /// The finding for an input that is larger than these limits allow; its size, if it is known.
    pub fn input_too_large(&self, bytes: Option<u64>) -> Finding {
        let mut finding = Finding::new(finding::XML_LIMIT, "the input is larger than einv reads")
            .expected(format!("at most {}", size(self.input)))
            .help(raise("input"));
        finding.found = bytes.map(size);
        finding
    }

    /// The finding for texts that are larger than these limits allow, as XML writes them.
    pub(crate) fn texts_too_large(&self) -> Finding {
        Finding::new(finding::XML_LIMIT, "the texts of the invoice are larger than einv takes")
            .expected(format!("at most {}, counted as XML writes them: `&` as `&amp;`", size(self.unpacked)))
            .help(raise("unpacked"))
    }

    /// The finding for an output that would be larger than these limits allow.
    pub(crate) fn output_too_large(&self) -> Finding {
        Finding::new(finding::XML_LIMIT, "the output would be larger than einv writes")
            .expected(format!("at most {}", size(self.unpacked)))
            .help(raise("unpacked"))
    }

    /// The finding for a file that takes longer than these limits allow.
    pub fn too_slow(&self) -> Finding {
        Finding::new(finding::XML_LIMIT, format!("the file takes longer than {} s", self.time)).help(raise("time"))
    }

    /// These limits with one changed, in the notation of `--limit`: `depth=200`, `unpacked=64MiB`, `time=10s`.
    ///
    /// # Errors
    /// If there is no such limit, or the value is not one of it.
    pub fn with(self, setting: &str) -> Result<Limits, Finding> {
        let (name, value) = setting.split_once('=').unwrap_or((setting, ""));
        let Some(limit) = LIMITS.iter().find(|limit| limit.name == name.trim()) else {
            let names: Vec<&str> = LIMITS.iter().map(|limit| limit.name).collect();
            let finding = Finding::new(finding::ARGUMENTS, "there is no limit of this name");
            return Err(finding.found(format!("--limit `{setting}`")).expected(names.join(", ")));
        };
        match limit.parse(value.trim()) {
            Some(number) if number <= limit.most => Ok(self.set(limit.name, number)),
            _ => Err(limit.no_value(setting)),
        }
    }
}

impl Limit {
    /// A value of this limit as people write it: `256 MiB`, `100`, `60 s`.
    pub fn show(&self, value: u64) -> String {
        match self.unit {
            Unit::Bytes => size(value),
            Unit::Count => value.to_string(),
            Unit::Seconds => format!("{value} s"),
        }
    }

    fn parse(&self, value: &str) -> Option<u64> {
        let split = value.find(|c: char| !c.is_ascii_digit()).unwrap_or(value.len());
        let (digits, unit) = (&value[..split], value[split..].trim());
        let number: u64 = digits.parse().ok()?;
        match self.unit {
            _ if unit.is_empty() => Some(number),
            Unit::Bytes => {
                let (_, factor) = SIZES.iter().find(|(name, _)| name.eq_ignore_ascii_case(unit))?;
                number.checked_mul(*factor)
            }
            Unit::Seconds => (unit == "s").then_some(number),
            Unit::Count => None,
        }
    }

    fn no_value(&self, setting: &str) -> Finding {
        let most = self.show(self.most);
        let expected = match self.unit {
            Unit::Bytes => format!("a size such as 64MiB, at most {most}"),
            Unit::Count => format!("a number, at most {most}"),
            Unit::Seconds => format!("a time such as 10s, at most {most}"),
        };
        Finding::new(finding::ARGUMENTS, format!("the limit `{}` cannot have this value", self.name))
            .found(format!("--limit `{setting}`"))
            .expected(expected)
    }
}

/// A number of bytes in words.
pub(crate) fn size(bytes: u64) -> String {
    match bytes {
        0 => "0 bytes".to_owned(),
        _ if bytes.is_multiple_of(1 << 20) => format!("{} MiB", bytes >> 20),
        _ if bytes.is_multiple_of(1 << 10) => format!("{} KiB", bytes >> 10),
        _ => format!("{bytes} bytes"),
    }
}

/// What to do when a limit is met.
pub(crate) fn raise(name: &str) -> String {
    debug_assert!(LIMITS.iter().any(|limit| limit.name == name), "{name} is a limit");
    format!("raise it with --limit {name}=…, if the input comes from someone you trust")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_limit_is_set_by_its_name() {
        for limit in LIMITS {
            let changed = Limits::default().with(&format!("{}={}", limit.name, limit.most)).unwrap();
            assert_ne!(changed, Limits::default(), "{}", limit.name);
            assert!(limit.default < limit.most, "{}", limit.name);
        }
    }

    #[test]
    fn the_readme_has_every_limit() {
        let readme = include_str!("../README.md");
        for limit in LIMITS {
            let row = format!("| `{}` | {} | {} |", limit.name, limit.show(limit.default), limit.meaning);
            assert!(readme.contains(&row), "{row}");
        }
    }

    #[test]
    fn values_have_units() {
        let set = |text: &str| Limits::default().with(text);
        assert_eq!(set("unpacked=64MiB").unwrap().unpacked, 64 << 20);
        assert_eq!(set("name=2 KiB").unwrap().name, 2048);
        assert_eq!(set("name=20").unwrap().name, 20);
        assert_eq!(set("time=5s").unwrap().time, 5);
        for wrong in ["depth", "depth=", "depth=1MiB", "depth=-1", "time=5m", "input=99999999999GiB", "input=8GiB"] {
            assert!(set(wrong).unwrap_err().expected.unwrap().contains("at most"), "{wrong}");
        }
        assert!(set("dept=1").unwrap_err().expected.unwrap().contains("depth"));
    }

    #[test]
    fn builders_stop_at_the_largest_value() {
        assert_eq!(Limits::default().depth(u64::MAX).depth, 10_000);
    }
}
