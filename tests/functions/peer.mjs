// The certified OpenID provider of npm, as an issuer for tests: node peer.mjs FOLDER PORT SEED SITE AUDIENCE
// FOLDER holds node_modules. A line on stdout says that it listens; it ends with its stdin.
import { generateKeyPairSync } from 'node:crypto';
import { pathToFileURL } from 'node:url';

const [folder, port, kid, site, audience] = process.argv.slice(2);
const { Provider } = await import(pathToFileURL(`${folder}/node_modules/oidc-provider/lib/index.js`));
const pair = generateKeyPairSync(kid.startsWith('ec') ? 'ec' : 'rsa', { modulusLength: 2048, namedCurve: 'P-256' });
const alg = kid.startsWith('ec') ? 'ES256' : 'RS256';
const issuer = `http://127.0.0.1:${port}`;

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: 'linli-river',
      client_secret: 's3cret: 100% & more',
      redirect_uris: [`${site}/desk/login/staff/callback`],
      post_logout_redirect_uris: [`${site}/desk/login`],
      id_token_signed_response_alg: alg,
    },
    {
      client_id: 'tool',
      client_secret: 'tool-secret',
      id_token_signed_response_alg: alg,
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
    },
  ],
  jwks: { keys: [{ ...pair.privateKey.export({ format: 'jwk' }), kid, use: 'sig', alg }] },
  cookies: { keys: ['a key of the test'] },
  claims: { openid: ['sub', 'name'] },
  conformIdTokenClaims: false,
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, name: '王芳' }) }),
  features: {
    clientCredentials: { enabled: true },
    devInteractions: { enabled: true },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: () => ({
        scope: 'linli',
        audience,
        accessTokenFormat: 'jwt',
        accessTokenTTL: 300,
        jwt: { sign: { alg } },
      }),
    },
  },
});
provider.listen(Number(port), '127.0.0.1', () => console.log(`listens at ${issuer}`));
process.stdin.on('end', () => process.exit(0)).resume();
