//! What the names of one execution scope (file, class body, function) hold at the point of the walk.
//!
//! Python's variables have no block scopes, and a type checker follows their assignments: after
//! `x = A()` the name means an `A`, after an `if` it means what either branch left in it. Extraction does
//! this bookkeeping, so facts hold, for each use of a name, the expressions whose values reach it.
//!
//! Each branch works in a frame on top of its surroundings and holds only what it changed, so merging
//! costs no more than the assignments do.

use crate::facts::{BindingId, ExprId};
use rustc_hash::FxHashMap;

/// What a branch changed: the reaching value by name or dotted chain (`self.x`).
pub(super) type Changes<'s> = FxHashMap<&'s str, ExprId>;

#[derive(Default)]
pub(super) struct Frame<'s> {
    pub(super) changes: Changes<'s>,
    /// Nothing after this point of the frame is reached.
    pub(super) ended: bool,
    /// The call that was the last statement.
    pub(super) tail: Option<ExprId>,
}

/// A loop around the walk.
pub(super) struct Loop<'s> {
    /// Number of frames outside the loop's body.
    pub(super) depth: usize,
    pub(super) breaks: Vec<Changes<'s>>,
    pub(super) continues: Vec<Changes<'s>>,
}

/// The state of one execution scope.
#[derive(Default)]
pub(super) struct Flow<'s> {
    pub(super) frames: Vec<Frame<'s>>,
    /// The first declaration of each name: a definition or import that the name stands for, or nothing
    /// if it is a variable.
    pub(super) first: FxHashMap<&'s str, Option<ExprId>>,
    /// Declared types of local names.
    pub(super) declared: FxHashMap<&'s str, BindingId>,
    pub(super) loops: Vec<Loop<'s>>,
    /// Names declared `global` or `nonlocal`.
    pub(super) outer: FxHashMap<&'s str, bool>,
    pub(super) returns: Vec<ExprId>,
    pub(super) generator: bool,
    /// Frames on top that belong to conditions inside an expression.
    pub(super) conditions: usize,
    /// How many dotted chains were ever set: while 0, looking one up is needless.
    pub(super) chains: usize,
    /// The first parameter of a method: `self` or `cls`.
    pub(super) receiver: Option<&'s str>,
}

impl<'s> Flow<'s> {
    pub(super) fn new() -> Self {
        Self { frames: vec![Frame::default()], ..Self::default() }
    }

    pub(super) fn top(&mut self) -> &mut Frame<'s> {
        if self.frames.is_empty() {
            self.frames.push(Frame::default());
        }
        let last = self.frames.len() - 1;
        &mut self.frames[last]
    }

    pub(super) fn get(&self, key: &str) -> Option<ExprId> {
        self.frames.iter().rev().find_map(|frame| frame.changes.get(key).copied())
    }

    pub(super) fn set(&mut self, key: &'s str, value: ExprId) {
        if key.contains('.') {
            self.chains += 1;
        } else if self.chains > 0 {
            self.forget_below(key);
        }
        self.top().changes.insert(key, value);
    }

    /// Assigning `a` ends what is known of `a.b`.
    fn forget_below(&mut self, key: &str) {
        let below = |known: &str| known.strip_prefix(key).is_some_and(|rest| rest.starts_with('.'));
        for frame in &mut self.frames {
            frame.changes.retain(|known, _| !below(known));
        }
    }

    pub(super) fn push(&mut self) {
        let ended = self.top().ended;
        self.frames.push(Frame { ended, ..Frame::default() });
    }

    pub(super) fn pop(&mut self) -> Frame<'s> {
        self.frames.pop().unwrap_or_default()
    }

    /// Everything changed since `depth` frames were open.
    pub(super) fn changes_since(&self, depth: usize) -> Changes<'s> {
        let mut all = Changes::default();
        for frame in self.frames.iter().skip(depth) {
            all.extend(frame.changes.iter().map(|(&key, &value)| (key, value)));
        }
        all
    }
}
