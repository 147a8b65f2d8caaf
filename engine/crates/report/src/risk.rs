//! Risk levels, by how many entities a change can affect.

use serde::Serialize;

/// How much a change can break. Thresholds: 0-5 low, 6-20 medium, 21-50 high, more critical.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Risk {
    Low,
    Medium,
    High,
    Critical,
}

impl Risk {
    /// The level for a number of affected production entities.
    pub fn of(affected: usize) -> Self {
        match affected {
            0..=5 => Self::Low,
            6..=20 => Self::Medium,
            21..=50 => Self::High,
            _ => Self::Critical,
        }
    }

    /// `at least ` before a level that may be higher than known; above the highest there is none.
    pub(crate) fn least(self, at_least: bool) -> &'static str {
        if at_least && self != Self::Critical { "at least " } else { "" }
    }

    pub const ALL: [Self; 4] = [Self::Low, Self::Medium, Self::High, Self::Critical];

    pub fn label(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_change_where_the_specification_says() {
        let levels: Vec<_> = [0, 5, 6, 20, 21, 50, 51].map(|n| Risk::of(n).label()).into();
        assert_eq!(levels, ["low", "low", "medium", "medium", "high", "high", "critical"]);
    }
}
