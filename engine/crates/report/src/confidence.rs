//! How sure a resolved call is, from what resolved it.
//!
//! The numbers are measured: each is the lower bound of the 95 % Wilson interval of the precision that
//! calls of this evidence reach on the truth sets (`npm run accuracy`, table in `docs/accuracy.md`), cut
//! to hundredths. A kind with few calls in the sets therefore ranks below one with many. The benchmark
//! fails if a kind measures less than what is claimed here.

use parseltongue_resolve::Evidence;
use serde::{Serialize, Serializer};
use std::fmt;

/// A share of 1, in hundredths: how many of such calls are right, at the least.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(with = "f64"))]
pub struct Confidence(u8);

impl Confidence {
    /// A compiler's index: right by definition.
    const CERTAIN: Self = Self(100);

    /// From a share between 0 and 1; `None` for any other number.
    pub fn from_share(share: f64) -> Option<Self> {
        (0.0..=1.0).contains(&share).then(|| Self((share * 100.0).ceil() as u8))
    }

    /// What is written in the source, not inferred.
    pub(crate) const fn certain() -> Self {
        Self::CERTAIN
    }

    pub(crate) const fn hundredths(hundredths: u8) -> Self {
        Self(hundredths)
    }

    /// As a share of 1.
    pub fn share(self) -> f64 {
        f64::from(self.0) / 100.0
    }

    pub fn of(evidence: Evidence) -> Self {
        match evidence {
            Evidence::Compiler => Self::CERTAIN,
            Evidence::Local
            | Evidence::Import
            | Evidence::Qualified
            | Evidence::Constructor
            | Evidence::SelfReceiver
            | Evidence::TypedReceiver
            | Evidence::InferredReceiver => Self(99),
            Evidence::Overload => Self(98),
            Evidence::Inherited | Evidence::Bound => Self(97),
            Evidence::UntypedFlow => Self(94),
            Evidence::Package => Self(93),
            // The sets have no such call: it is for C files whose headers are not all there, and for Java
            // classes below a class that is not. A coin's share, so that any demand leaves it out.
            Evidence::Unique => Self(50),
        }
    }
}

impl fmt::Display for Confidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:02}", self.0 / 100, self.0 % 100)
    }
}

impl Serialize for Confidence {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.share())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_cut_to_hundredths_upwards_and_printed_with_two_digits() {
        let shares = [0.0, 0.9, 0.935, 1.0].map(|share| Confidence::from_share(share).expect("a share").to_string());
        assert_eq!(shares, ["0.00", "0.90", "0.94", "1.00"]);
        assert_eq!(Confidence::from_share(1.1), None);
        assert_eq!(Confidence::from_share(f64::NAN), None);
    }
}
