/** A page that embeds Resplay, as a teacher would write it. */

/** As strict as the README's: no inline code, no inline style, nothing from elsewhere. */
export const STRICT =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; worker-src 'self'";

/** A page of a course, written from the README's section on embedding. */
export const COURSE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>A course</title>
    <script type="module" src="/resplay/resplay.js"></script>
  </head>
  <body>
    <main>
      <h1>Rankings</h1>
      <pre><code class="language-redis">ZADD ranking 3 song1 1 song2 8 song7</code></pre>
      <resplay-snippet id="first" lab="course"><pre>(integer) 3</pre></resplay-snippet>

      <pre><code class="language-redis">127.0.0.1:6379&gt; ZINCRBY ranking 10 song2
"11"</code></pre>
      <resplay-snippet id="second" lab="course" depends="first"
        check="ZSCORE ranking song2" expect='"11"'></resplay-snippet>

      <template id="prepare">SET greeting "good morning"</template>
      <pre><code class="language-redis">GET greeting</code></pre>
      <resplay-snippet id="third" lab="course" setup="prepare"><pre>"good morning"</pre></resplay-snippet>

      <pre><code class="language-python">import redis
r = redis.Redis(decode_responses=True)
print(r.zrevrange('ranking', 0, 0))</code></pre>
      <resplay-snippet id="fourth" lab="course" depends="second"><pre>['song2']</pre></resplay-snippet>

      <pre><code class="language-redis">LPUSH greeting oops</code></pre>
      <resplay-snippet id="fifth" lab="course" depends="third"></resplay-snippet>

      <resplay-chart lab="course" key="ranking"></resplay-chart>
      <resplay-topology lab="course" replicas="6380"></resplay-topology>
    </main>
  </body>
</html>`;
