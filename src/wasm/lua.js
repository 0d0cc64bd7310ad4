// Lua is a wasm module of its own (lua/wasm): made when the first script comes, and passed messages.

let module;

/** One interpreter: an instance of the module, with memory of its own that goes with it. */
export class LuaInstance {
  #exports;
  #answer;
  #pending;

  /** `load` gives the module or its bytes, at once. */
  constructor(load) {
    if (module === undefined) {
      const loaded = load();
      module = loaded instanceof WebAssembly.Module ? loaded : new WebAssembly.Module(loaded);
    }
    const host = {
      ask: (at, length) => {
        this.#pending = this.#answer(this.#memory().slice(at, at + length));
        return this.#pending.length;
      },
      take: (at) => this.#memory().set(this.#pending, at),
    };
    this.#exports = new WebAssembly.Instance(module, { host }).exports;
  }

  // Asked for anew each time: it moves when it grows.
  #memory() {
    return new Uint8Array(this.#exports.memory.buffer);
  }

  /** Passes a request on; `answer` answers what the script asks meanwhile. */
  exchange(request, answer) {
    this.#answer = answer;
    const at = this.#exports.allocate(request.length);
    this.#memory().set(request, at);
    const length = this.#exports.exchange();
    const from = this.#exports.answer();
    return this.#memory().slice(from, from + length);
  }
}
