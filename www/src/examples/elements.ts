/** The elements that show examples, fetched when somebody asks for them. */

import './example-bar';
import './example-list';
