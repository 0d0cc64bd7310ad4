/** The live views, each defining its element; the page only places them. */
import '../charts/ranking-chart';
import '../examples/example-bar';
import '../examples/example-list';
import '../panels/key-browser';
