//! A future that the compiler cannot prove to be `Send`: it is the function, not the whole block.
#![allow(unused)]
use std::pin::Pin;
use std::task::{Context, Poll};

use copilot_sdk::{ToolContext, tool, toolset};

/// Holds what its futures give, as the combinators of `futures` do.
struct Buffered<I: Iterator<Item: Future>> {
    futures: I,
    done: Vec<<I::Item as Future>::Output>,
}

impl<I: Iterator<Item: Future>> Unpin for Buffered<I> {}

impl<I: Iterator<Item: Future>> Future for Buffered<I> {
    type Output = usize;

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<usize> {
        Poll::Ready(self.futures.by_ref().count())
    }
}

fn buffered<I: Iterator<Item: Future>>(futures: I) -> Buffered<I> {
    Buffered { futures, done: Vec::new() }
}

async fn double(number: &u8) -> u8 {
    number * 2
}

/// Borrows each number.
#[tool]
async fn borrowed(numbers: Vec<u8>) -> usize {
    buffered(numbers.iter().map(|number| async move { double(number).await })).await
}

/// Borrows each number, and the context.
#[tool]
async fn with_context(context: &ToolContext, numbers: Vec<u8>) -> usize {
    buffered(numbers.iter().map(|number| async move { double(number).await })).await
}

struct Calculator;

#[toolset]
impl Calculator {
    /// Borrows each number.
    #[tool]
    async fn method(&self, numbers: Vec<u8>) -> usize {
        buffered(numbers.iter().map(|number| async move { double(number).await })).await
    }

    /// Owns each number: the way round.
    #[tool]
    async fn owned(&self, numbers: Vec<u8>) -> usize {
        buffered(numbers.into_iter().map(|number| async move { double(&number).await })).await
    }
}

fn main() {}
