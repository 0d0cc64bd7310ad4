/** A value that follows its target like a critically damped spring: it may be re-aimed at any frame without a jolt. */
export class Spring {
  value: number;
  target: number;
  private velocity = 0;

  /** `speed` is the spring's angular frequency in 1/s; it has settled after about 6 / speed seconds. */
  constructor(
    start: number,
    private readonly speed: number,
  ) {
    this.value = start;
    this.target = start;
  }

  /** Go there at once. */
  jump(to: number): void {
    this.value = to;
    this.target = to;
    this.velocity = 0;
  }

  /** Moves on by `seconds`; true while it is still further than `tolerance` from rest. */
  step(seconds: number, tolerance: number): boolean {
    const distance = this.value - this.target;
    if (distance === 0 && this.velocity === 0) return false;
    // The exact solution, so that a late frame can not make it overshoot or explode.
    const pull = this.velocity + this.speed * distance;
    const decay = Math.exp(-this.speed * seconds);
    this.value = this.target + (distance + pull * seconds) * decay;
    this.velocity = (this.velocity - this.speed * pull * seconds) * decay;
    if (
      Math.abs(this.value - this.target) < tolerance &&
      Math.abs(this.velocity) < tolerance * this.speed
    ) {
      this.jump(this.target);
      return false;
    }
    return true;
  }
}
