//! What is gone through once, out of memory, goes on in several places at once: a processor that asks memory for one line
//! after the other waits for each, and one that asks for many has them in half of the time.

/// Bytes that memory gives together.
pub(crate) const LINE: usize = 64;
/// Places that are looked at in turn.
const PLACES: usize = 8;

/// Items in as many equal parts as there are places, and those that are left over.
#[inline]
pub(crate) fn places<T>(items: &[T]) -> ([&[T]; PLACES], &[T]) {
    let each = items.len() / PLACES;
    let (even, rest) = items.split_at(each * PLACES);
    (std::array::from_fn(|place| &even[place * each..(place + 1) * each]), rest)
}
