//! Takes what many threads bring and hands it on in order, with few things waiting.

use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// How many turns a thread may be ahead of the one that is awaited.
const WINDOW: u64 = 64;

/// A queue with turns: each turn comes once, with something or with nothing.
#[derive(Debug)]
pub(super) struct Ordered<T, S> {
    state: Mutex<State<T, S>>,
    moved: Condvar,
}

#[derive(Debug)]
struct State<T, S> {
    next: u64,
    waiting: BTreeMap<u64, Option<T>>,
    over: bool,
    sink: S,
}

impl<T, S> Ordered<T, S> {
    pub(super) fn new(sink: S) -> Ordered<T, S> {
        let state = State { next: 0, waiting: BTreeMap::new(), over: false, sink };
        Ordered { state: Mutex::new(state), moved: Condvar::new() }
    }

    fn lock(&self) -> MutexGuard<'_, State<T, S>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Brings a turn, and hands on all that are complete up to there. Waits while it is too far ahead.
    pub(super) fn put<E>(
        &self,
        turn: u64,
        item: Option<T>,
        mut hand_on: impl FnMut(&mut S, T) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut state = self.lock();
        while turn >= state.next + WINDOW && !state.over {
            state = self.moved.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.waiting.insert(turn, item);
        loop {
            let next = state.next;
            let Some(item) = state.waiting.remove(&next).filter(|_| !state.over) else { break };
            state.next += 1;
            let handed = item.map_or(Ok(()), |item| hand_on(&mut state.sink, item));
            if let Err(error) = handed {
                state.over = true;
                self.moved.notify_all();
                return Err(error);
            }
        }
        self.moved.notify_all();
        Ok(())
    }

    /// Ends all waiting: some turn will not come.
    pub(super) fn give_up(&self) {
        self.lock().over = true;
        self.moved.notify_all();
    }

    pub(super) fn into_sink(self) -> S {
        self.state.into_inner().unwrap_or_else(PoisonError::into_inner).sink
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turns_are_handed_on_in_order_whoever_brings_them() {
        let ordered = Ordered::new(Vec::new());
        std::thread::scope(|scope| {
            for first in [2, 0, 1] {
                let ordered = &ordered;
                scope.spawn(move || {
                    for turn in (first..1_000).step_by(3) {
                        let item = (turn % 7 != 0).then_some(turn);
                        ordered
                            .put(turn, item, |sink: &mut Vec<u64>, item| {
                                sink.push(item);
                                Ok::<(), ()>(())
                            })
                            .unwrap();
                    }
                });
            }
        });
        assert_eq!(ordered.into_sink(), (0..1_000).filter(|turn| turn % 7 != 0).collect::<Vec<_>>());
    }
}
