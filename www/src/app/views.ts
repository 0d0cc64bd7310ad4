/** The live views, each defining its element; the page only places them. */
import '../charts/ranking-chart';
import '../panels/key-browser';
