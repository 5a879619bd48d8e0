/**
 * What page functions use of a browser's elements; the project is compiled without the browser's
 * types. Such functions are sent to the page as text, so they hold no named function inside
 * (tsx wraps those in a function that the page does not have).
 */
export interface Element {
  readonly textContent: string | null;
  readonly innerText: string;
  readonly className: string;
  readonly style: { readonly top: string };
  getBoundingClientRect(): { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
  getAttribute(name: string): string | null;
  querySelector(selector: string): Element | null;
  querySelectorAll(selector: string): Iterable<Element>;
}
