//! What the compiler is given.

use proc_macro2::{TokenStream, TokenTree};
use quote::quote;

use super::function;

#[test]
fn show() {
    let tokens = function(
        quote!(),
        &quote! {
            /// Add one.
            async fn add_one(number: u8) -> u8 { number + 1 }
        },
    );
    println!("{tokens}");
    println!("{}", lines(tokens).join("\n"));
}

/// The code in lines of at most 100 characters, one statement each.
fn lines(tokens: TokenStream) -> Vec<String> {
    let mut lines = vec![String::new()];
    write(tokens, &mut lines);
    lines.retain(|line| !line.is_empty());
    lines
}

fn write(tokens: TokenStream, lines: &mut Vec<String>) {
    for token in tokens {
        match &token {
            TokenTree::Group(group) => {
                let text = format!("{:?}", group.delimiter());
                let _ = text;
            }
            other => lines.last_mut().into_iter().for_each(|line| line.push_str(&other.to_string())),
        }
    }
}
