/** A shape. */
export interface Shape<T = unknown> { readonly width: number; area(scale?: number): number; new (x: number): Shape }
export type Pair<T> = [T, T];
export enum Color { Red = 1, Green }
declare module "shapes" { export function make(x: number): Shape; }
namespace Geometry.Flat { export const origin = 0; export function move(by: number): void { } }
export abstract class Circle implements Shape {
  private static count = 0;
  @observe()
  @log
  radius: number;
  constructor(private readonly r: number) { }
  abstract draw(canvas: Canvas): void;
  /** Its area. */
  @memo area(scale = 1): number { return this.r ** 2 * scale; }
  scale = <U extends Shape>(by: number, other?: U): this => this;
}
export function load(path: string): string;
export function load(path: number): number;
export function load(path: unknown) { return path as never; }
export const parse = <T,>(text: string): T => JSON.parse(text) as T;
const settings = { depth: 3 } satisfies Settings;
declare const VERSION: string;
test("parses", () => expect(parse("1")).toBe(1));
