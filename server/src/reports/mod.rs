//! What the office takes away on paper and as workbooks.

mod guests;
pub mod roster;
pub mod table;
pub mod xlsform;
