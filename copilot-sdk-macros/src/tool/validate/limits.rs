//! Checks the limits of an argument: numbers, in order, each given once.

use darling::util::SpannedValue;
use syn::{Expr, Lit};

use crate::errors::Errors;
use crate::syntax::shown;
use crate::tool::limits::{approximate, literal, merged, typed_integer};
use crate::tool::parse::{Limits, limits_help};

pub(super) fn validate(key: &str, lists: &[SpannedValue<Limits>], errors: &mut Errors) {
    let min: Vec<&Expr> = lists.iter().filter_map(|limits| limits.min.as_ref()).collect();
    let max: Vec<&Expr> = lists.iter().filter_map(|limits| limits.max.as_ref()).collect();
    end(key, "min", &min, errors);
    end(key, "max", &max, errors);
    if let (Some(min), Some(max)) = merged(lists)
        && approximate(min) > approximate(max)
        && approximate(max).is_some()
    {
        let problem = format!("no value fits: `min` is larger than `max` in `{key}`");
        let help = format!("write `{key}(min = {}, max = {})`", shown(max), shown(min));
        errors.at(max, problem, help);
    }
}

/// One end of the limits, which may be given only once across all lists.
fn end(key: &str, name: &str, values: &[&Expr], errors: &mut Errors) {
    for (index, value) in values.iter().enumerate() {
        number(key, value, errors);
        if index > 0 {
            let problem = format!("`{name}` is given twice in `{key}(..)`");
            errors.at(value, problem, "remove one of them");
        }
    }
}

fn number(key: &str, value: &Expr, errors: &mut Errors) {
    let is_length = key == "length";
    match literal(value) {
        Some((true, Lit::Int(_))) if is_length => {
            let help = "without `min` every length is allowed";
            errors.at(value, "a length cannot be negative", help);
        }
        Some((_, Lit::Int(int))) if int.suffix().is_empty() && typed_integer(value).is_none() => {
            let (least, most) = (i64::MIN, u64::MAX);
            let help = format!("integers go from {least} to {most} here: leave this limit out");
            errors.at(value, format!("this limit of `{key}` is too large"), help);
        }
        Some((_, Lit::Int(_))) | None => {}
        Some((_, Lit::Float(_))) if !is_length => {}
        Some(_) => {
            let whole = if is_length { "whole " } else { "" };
            let problem = format!("a limit of `{key}` must be a {whole}number");
            errors.at(value, problem, limits_help(key));
        }
    }
}
