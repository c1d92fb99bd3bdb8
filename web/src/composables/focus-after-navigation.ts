/** A page that takes the place of another begins at its heading, for the keyboard as for the eye. */
import { nextTick } from 'vue'
import { type Router, START_LOCATION } from 'vue-router'
import { focusHeading } from './focus.ts'

export function focusAfterNavigation(router: Router): void {
  router.afterEach(async (to, from) => {
    // The browser itself places the focus when a document is loaded.
    if (from === START_LOCATION || to.path === from.path) return
    await nextTick()
    // It would stay on a link that is gone.
    focusHeading()
  })
}
