/** Behind the `#`: one file is served for the whole console, whoever serves it. */
import { createRouter, createWebHashHistory } from 'vue-router'
import { focusAfterNavigation } from '../composables/focus-after-navigation.ts'
import { textOf } from '../composables/query-text.ts'
import { useIntent } from './stores/intent.ts'
import { useOperator } from './stores/operator.ts'

const optional = (text: string): string | undefined => (text === '' ? undefined : text)

export function createConsoleRouter() {
  const router = createRouter({
    history: createWebHashHistory(),
    routes: [
      {
        path: '/',
        name: 'sagas',
        component: () => import('./pages/sagas-page.vue'),
        props: ({ query }) => ({
          status: optional(textOf(query['status'])),
          startsWith: optional(textOf(query['number'])),
        }),
        meta: { title: 'console.sagas.title' },
      },
      {
        path: '/sagas/:id',
        name: 'saga',
        component: () => import('./pages/saga-page.vue'),
        props: true,
        meta: { title: 'console.saga.title' },
      },
      {
        path: '/domains',
        name: 'domains',
        component: () => import('./pages/domains-page.vue'),
        meta: { title: 'console.domains.title' },
      },
      {
        path: '/letters',
        name: 'letters',
        component: () => import('./pages/letters-page.vue'),
        meta: { title: 'console.letters.title' },
      },
      {
        path: '/rollout',
        name: 'rollout',
        component: () => import('./pages/rollout-page.vue'),
        meta: { title: 'console.rollout.title' },
      },
      {
        path: '/audit',
        name: 'audit',
        component: () => import('./pages/audit-page.vue'),
        meta: { title: 'console.audit.title' },
      },
      {
        path: '/webhooks',
        name: 'webhooks',
        component: () => import('./pages/webhooks-page.vue'),
        meta: { title: 'console.webhooks.title' },
      },
      {
        path: '/webhooks/:id',
        name: 'webhook',
        component: () => import('./pages/webhook-page.vue'),
        props: true,
        meta: { title: 'console.webhooks.title' },
      },
      {
        // `#token=…`, which `npm start` prints: no server is sent it, and the address forgets it at once.
        path: '/token=:token',
        redirect: ({ params }) => {
          useOperator().signIn(textOf(params['token']))
          return '/'
        },
      },
      { path: '/:rest(.*)*', redirect: '/' },
    ],
    scrollBehavior: (to, from, saved) => saved ?? (to.path === from.path ? false : { top: 0 }),
  })

  // Back would leave the dialog of one order over another.
  router.afterEach((to, from) => {
    if (to.path !== from.path) useIntent().forget()
  })
  focusAfterNavigation(router)
  return router
}
