//! The numbers of `range(..)` and `length(..)`.

use darling::util::SpannedValue;
use proc_macro2::TokenStream;
use quote::quote;
use syn::{Expr, Lit, UnOp};

use super::parse::Limits;

/// The merged limits of a key, which may be given in several lists.
pub(super) fn merged(lists: &[SpannedValue<Limits>]) -> (Option<&Expr>, Option<&Expr>) {
    let min = lists.iter().find_map(|limits| limits.min.as_ref());
    let max = lists.iter().find_map(|limits| limits.max.as_ref());
    (min, max)
}

/// The literal of a limit and whether a minus precedes it; `None` for other expressions, which may
/// be constants.
pub(super) fn literal(value: &Expr) -> Option<(bool, &Lit)> {
    match value {
        Expr::Lit(literal) => Some((false, &literal.lit)),
        Expr::Unary(unary) if matches!(unary.op, UnOp::Neg(_)) => {
            literal(&unary.expr).map(|(negative, lit)| (!negative, lit))
        }
        _ => None,
    }
}

/// An unsuffixed integer literal, with a type that can hold it; `None` if none can.
pub(super) fn typed_integer(value: &Expr) -> Option<TokenStream> {
    let (negative, Lit::Int(int)) = literal(value)? else { return None };
    let number = int.base10_parse::<i128>().ok().filter(|_| int.suffix().is_empty())?;
    let number = if negative { -number } else { number };
    let signed = i64::try_from(number).map(|number| quote!(#number));
    signed.or_else(|_| u64::try_from(number).map(|number| quote!(#number))).ok()
}

pub(super) fn approximate(value: &Expr) -> Option<f64> {
    let (negative, literal) = literal(value)?;
    let number: f64 = match literal {
        Lit::Int(int) => int.base10_parse().ok()?,
        Lit::Float(float) => float.base10_parse().ok()?,
        _ => return None,
    };
    Some(if negative { -number } else { number })
}
