//! One part of a job, for one of several machines.

use std::fmt;
use std::path::Path;
use std::str::FromStr;

use sha2::{Digest, Sha256};

use crate::finding::{ARGUMENTS, Finding};

/// One of several parts of a job, chosen by a hash of each input's path: `0/4` to `3/4`.
///
/// All parts together do every input once. They may also be counted from 1: `4/4` is the same part as `0/4`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    part: u32,
    of: u32,
}

impl Shard {
    /// Whether this part does the input whose path below the job's inputs is this.
    pub(super) fn takes(self, below: &Path) -> bool {
        u64::from_be_bytes(first(&digest(below))) % u64::from(self.of) == u64::from(self.part)
    }

    /// How many parts there are.
    pub fn of(self) -> u32 {
        self.of
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.part, self.of)
    }
}

impl FromStr for Shard {
    type Err = Finding;

    fn from_str(text: &str) -> Result<Shard, Finding> {
        let number = |text: &str| text.parse::<u32>().ok();
        let numbers = text.split_once('/').and_then(|(part, of)| Some((number(part)?, number(of)?)));
        match numbers {
            Some((part, of)) if of > 0 && part <= of => Ok(Shard { part: part % of, of }),
            _ => {
                let finding = Finding::new(ARGUMENTS, "there is no such part of a job").found(text);
                Err(finding.expected("a part and how many there are, such as 0/4, 1/4, 2/4 and 3/4"))
            }
        }
    }
}

/// A path as a number that is the same on every machine: enough of SHA-256 that two paths never share it.
pub(super) fn digest(path: &Path) -> [u8; 16] {
    first(&Sha256::digest(path.as_os_str().as_encoded_bytes()))
}

fn first<const N: usize>(bytes: &[u8]) -> [u8; N] {
    std::array::from_fn(|at| bytes.get(at).copied().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_path_is_taken_once_from_whatever_number_parts_are_counted() {
        for parts in [["0/3", "1/3", "2/3"], ["1/3", "2/3", "3/3"]] {
            let shards = parts.map(|part| part.parse::<Shard>().unwrap());
            for number in 0..100 {
                let path = format!("in/{number}.xml");
                assert_eq!(shards.iter().filter(|shard| shard.takes(Path::new(&path))).count(), 1);
            }
        }
    }

    #[test]
    fn what_is_no_part_is_refused() {
        for text in ["", "1", "5/4", "0/0", "-1/2", "a/b"] {
            assert!(text.parse::<Shard>().is_err(), "{text}");
        }
    }
}
