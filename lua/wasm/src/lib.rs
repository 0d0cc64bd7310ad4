//! The interpreter behind three functions that pass messages (`resplay_lua::remote`).
//!
//! Whoever instantiates the module puts a request where [`allocate`] says, calls [`exchange`], and reads
//! the answer at [`answer`]. Meanwhile the module asks its importer: `ask` takes a question and answers the
//! length of what `take` then puts into the module's memory.

#[cfg(target_arch = "wasm32")]
mod exports {
    use resplay_lua::remote::Servant;
    use std::cell::RefCell;

    #[link(wasm_import_module = "host")]
    unsafe extern "C" {
        fn ask(question: *const u8, length: usize) -> usize;
        fn take(into: *mut u8);
    }

    thread_local! {
        static REQUEST: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
        static ANSWER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
        static SERVANT: RefCell<Servant> = RefCell::default();
    }

    fn ask_host(question: &[u8]) -> Vec<u8> {
        // SAFETY: the importer reads `length` bytes at `question`, which is borrowed until it returns.
        let length = unsafe { ask(question.as_ptr(), question.len()) };
        let mut answer = vec![0; length];
        // SAFETY: the importer writes as many bytes as it has just said, and there is room for them.
        unsafe { take(answer.as_mut_ptr()) };
        answer
    }

    /// Makes room for a request and answers where.
    #[unsafe(no_mangle)]
    pub extern "C" fn allocate(length: usize) -> *mut u8 {
        REQUEST.with_borrow_mut(|request| {
            *request = vec![0; length];
            request.as_mut_ptr()
        })
    }

    /// Does what the request says; answers the length of what is to be read at [`answer`].
    #[unsafe(no_mangle)]
    pub extern "C" fn exchange() -> usize {
        let request = REQUEST.take();
        let answer = SERVANT.with_borrow_mut(|servant| servant.serve(&request, &mut ask_host));
        let length = answer.len();
        ANSWER.replace(answer);
        length
    }

    /// Where the answer to the last request is.
    #[unsafe(no_mangle)]
    pub extern "C" fn answer() -> *const u8 {
        ANSWER.with_borrow(|answer| answer.as_ptr())
    }
}
