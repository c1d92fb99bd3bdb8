// The API's page of documentation (/api/docs) loads this after swagger-ui-bundle.js.
window.addEventListener('DOMContentLoaded', () => {
  window.SwaggerUIBundle({
    url: '/api/openapi.json',
    domNode: document.querySelector('#swagger-ui'),
    deepLinking: true,
    tryItOutEnabled: true,
    // Its validator badge would ask a foreign host.
    validatorUrl: null,
  })
})
