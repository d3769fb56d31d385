//! Which terms a row, a group or a scope has: one bit for each.

/// A set of terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Mask([u64; Mask::WORDS]);

impl Mask {
    const WORDS: usize = 8;
    /// How many terms a model may have, extensions included.
    pub(crate) const CAPACITY: usize = Mask::WORDS * 64;

    #[inline]
    pub(crate) fn insert(&mut self, index: usize) {
        self.0[index / 64] |= 1 << (index % 64);
    }

    #[inline]
    pub(crate) fn contains(&self, index: usize) -> bool {
        self.0[index / 64] & (1 << (index % 64)) != 0
    }

    /// The two have a term in common, looked for in these words only.
    #[inline]
    pub(crate) fn meets(&self, other: &Mask, words: (u8, u8)) -> bool {
        (words.0..words.1).any(|word| self.0[usize::from(word)] & other.0[usize::from(word)] != 0)
    }

    /// First word that holds anything, and the one behind the last.
    pub(crate) fn words(&self) -> (u8, u8) {
        let first = self.0.iter().position(|&word| word != 0).unwrap_or(0);
        let last = self.0.iter().rposition(|&word| word != 0).map_or(0, |at| at + 1);
        (first as u8, last as u8)
    }

    /// Everything of `self` is in `other`.
    pub(crate) fn within(&self, other: &Mask) -> bool {
        self.0.iter().zip(&other.0).all(|(a, b)| a & !b == 0)
    }

    pub(crate) fn add(&mut self, other: &Mask) {
        self.0.iter_mut().zip(&other.0).for_each(|(a, b)| *a |= b);
    }

    pub(crate) fn is_empty(&self) -> bool {
        *self == Mask::default()
    }
}
