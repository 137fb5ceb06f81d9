//! Functions that cannot be tools.
#![allow(unused)]
use copilot_sdk::tool;
use std::future::Future;

/// Unsafe.
#[tool]
async unsafe fn not_safe() {}

/// ABI.
#[tool]
extern "C" fn foreign() {}

/// Generic.
#[tool]
async fn generic<T: ToString>(x: T) -> String {
    x.to_string()
}

/// Constant generic.
#[tool]
async fn const_generic<const N: usize>(x: [u8; N]) {
    let _ = x;
}

/// Lifetime.
#[tool]
async fn lifetime<'a>(x: &'a str) {
    let _ = x;
}

/// Generic with a where clause.
#[tool]
async fn where_clause<T>(x: T)
where
    T: Clone,
{
    let _ = x;
}

/// Never returns.
#[tool]
async fn never() -> ! {
    loop {}
}

/// A future.
#[tool]
fn future() -> impl Future<Output = String> {
    async { String::new() }
}

/// Two mistakes.
#[tool]
unsafe fn two<T>(x: T) {
    let _ = x;
}

/// Variadic: the help is ours, that it needs a nightly compiler is not said too.
#[tool]
unsafe extern "C" fn variadic(x: u8, _: ...) {
    let _ = x;
}

/// A primitive type.
#[tool]
async fn bool() {}

fn main() {
    let _ = copilot_sdk::tools![foreign, never, future];
}
