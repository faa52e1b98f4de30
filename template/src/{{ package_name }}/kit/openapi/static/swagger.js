// To show OpenID Connect, the page would ask the provider how it works, which its own policy
// forbids. A token is pasted instead.
function withoutDiscovery(response) {
  if (response.url.split("?")[0].endsWith("/openapi.json") && response.ok) {
    const shown = JSON.parse(response.text);
    const schemes = shown.components?.securitySchemes ?? {};
    for (const [name, scheme] of Object.entries(schemes)) {
      if (scheme.type === "openIdConnect") delete schemes[name];
    }
    response.text = JSON.stringify(shown);
  }
  return response;
}

// https://swagger.io/docs/open-source-tools/swagger-ui/usage/configuration/
SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#documentation",
  deepLinking: true,
  displayRequestDuration: true,
  persistAuthorization: false, // a reload forgets the token
  validatorUrl: null, // by default a service on the internet
  responseInterceptor: withoutDiscovery,
});
