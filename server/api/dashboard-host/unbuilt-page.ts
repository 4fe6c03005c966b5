/** What stands at `/` while there is no dashboard to serve. */
export const UNBUILT_PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>The dashboard is not built · meterpulse</title>
  </head>
  <body>
    <h1>The dashboard is not built</h1>
    <p>Run <code>npm run build</code> where meterpulse was started from, and load this page again. To work on the
    dashboard itself, run <code>npm run dev-dashboard</code> beside the API.</p>
    <p>The REST API answers meanwhile: <a href="docs">docs</a>.</p>
  </body>
</html>
`;
