// ReDoc 2 loads its maker's logo from a CDN and has no option against that. An image that fails
// to load it leaves out, so the logo gets an address that fails without leaving the page.
// React writes `src` both as an attribute and as a property.
const local = (url) => (url.startsWith("https://cdn.redoc.ly/") ? "data:," : url);
const image = HTMLImageElement.prototype;
const src = Object.getOwnPropertyDescriptor(image, "src");

Object.defineProperty(image, "src", {
  ...src,
  set(url) {
    src.set.call(this, local(url));
  },
});
image.setAttribute = function (name, value) {
  Element.prototype.setAttribute.call(this, name, name === "src" ? local(value) : value);
};

// https://github.com/Redocly/redoc/blob/v2.5.4/docs/config.md
Redoc.init("openapi.json", {}, document.getElementById("documentation"));
