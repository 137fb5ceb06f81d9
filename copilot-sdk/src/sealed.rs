//! Values whose drops are compiled in this crate, and not again in each program.
//!
//! What the end of a value does is generated wherever it may end. Behind `dyn` it is one call. For
//! that, a value must be put in by a function that is neither generic nor inline.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Weak};

/// A value with one owner.
pub(crate) struct Sealed<T: 'static>(Box<dyn Owned<T>>);

/// A value shared by its clones.
pub(crate) struct SealedArc<T: 'static>(Arc<dyn Borrowed<T>>);

/// A reference to a shared value that does not keep it.
pub(crate) struct SealedWeak<T: 'static>(Weak<dyn Borrowed<T>>);

trait Owned<T>: Send + Sync {
    fn get(&self) -> &T;
    fn get_mut(&mut self) -> &mut T;
    fn into_inner(self: Box<Self>) -> T;
}

trait Borrowed<T>: Send + Sync {
    fn get(&self) -> &T;
}

impl<T: Send + Sync + 'static> Sealed<T> {
    pub(crate) fn new(value: T) -> Self {
        Self(Box::new(value))
    }
}

impl<T> Sealed<T> {
    pub(crate) fn into_inner(self) -> T {
        Owned::<T>::into_inner(self.0)
    }
}

impl<T: Send + Sync + 'static> SealedArc<T> {
    pub(crate) fn new(value: T) -> Self {
        Self(Arc::new(value))
    }
}

impl<T> SealedArc<T> {
    pub(crate) fn downgrade(&self) -> SealedWeak<T> {
        SealedWeak(Arc::downgrade(&self.0))
    }
}

impl<T> SealedWeak<T> {
    pub(crate) fn upgrade(&self) -> Option<SealedArc<T>> {
        self.0.upgrade().map(SealedArc)
    }
}

impl<T: Send + Sync> Owned<T> for T {
    fn get(&self) -> &T {
        self
    }

    fn get_mut(&mut self) -> &mut T {
        self
    }

    fn into_inner(self: Box<Self>) -> T {
        *self
    }
}

impl<T: Send + Sync> Borrowed<T> for T {
    fn get(&self) -> &T {
        self
    }
}

impl<T> Deref for Sealed<T> {
    type Target = T;

    fn deref(&self) -> &T {
        Owned::<T>::get(&*self.0)
    }
}

impl<T> DerefMut for Sealed<T> {
    fn deref_mut(&mut self) -> &mut T {
        Owned::<T>::get_mut(&mut *self.0)
    }
}

impl<T: fmt::Debug> fmt::Debug for Sealed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        T::fmt(self, f)
    }
}

impl<T> Deref for SealedArc<T> {
    type Target = T;

    fn deref(&self) -> &T {
        Borrowed::<T>::get(&*self.0)
    }
}

impl<T> Clone for SealedArc<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}
