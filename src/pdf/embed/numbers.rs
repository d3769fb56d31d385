//! Numbers that objects have been given, by what identifies them.

use std::collections::HashMap;

use lopdf::ObjectId;

/// How far beyond their count the numbers of objects usually reach, as a multiple of it.
const SPREAD: usize = 4;
/// And for few objects.
const FEW: usize = 64;

/// Numbers from 1. Nearly all objects have a small number in the file that was read, and are found by that.
pub(super) struct Numbers {
    near: Vec<u32>,
    far: HashMap<ObjectId, u32>,
}

impl Numbers {
    /// Room for as many objects.
    pub(super) fn new(count: usize) -> Numbers {
        Numbers { near: vec![0; count.saturating_mul(SPREAD).saturating_add(FEW)], far: HashMap::new() }
    }

    /// The number of an object, if it has one.
    pub(super) fn get(&self, id: ObjectId) -> Option<u32> {
        match self.near.get(id.0 as usize) {
            Some(number) if id.1 == 0 => Some(*number).filter(|number| *number > 0),
            _ => self.far.get(&id).copied(),
        }
    }

    /// Gives an object a number.
    pub(super) fn insert(&mut self, id: ObjectId, number: u32) {
        match self.near.get_mut(id.0 as usize) {
            Some(near) if id.1 == 0 => *near = number,
            _ => _ = self.far.insert(id, number),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_are_told_apart_by_number_and_generation() {
        let ids = [(1, 0), (1, 1), (67, 0), (68, 0), (u32::MAX, 0), (u32::MAX, 9)];
        let mut numbers = Numbers::new(1);
        assert!(ids.iter().all(|id| numbers.get(*id).is_none()));
        ids.into_iter().zip(1..).for_each(|(id, number)| numbers.insert(id, number));
        assert!(ids.into_iter().zip(1..).all(|(id, number)| numbers.get(id) == Some(number)));
        assert_eq!(numbers.get((2, 0)), None);
    }
}
