//! Documents on a medium.

mod ci;
mod html;
mod human;
mod markdown;

pub use ci::{Annotation, ci};
pub use html::html;
pub(crate) use html::{xml_attribute, xml_text};
pub use human::{Terminal, human};
pub use markdown::markdown;
