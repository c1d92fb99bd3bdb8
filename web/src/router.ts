/** Each page is a bundle of its own: a visitor of the shop does not load the checkout. */
import { nextTick, watchEffect } from 'vue'
import { createRouter, createWebHistory } from 'vue-router'
import { i18n } from './locales/i18n.ts'

declare module 'vue-router' {
  interface RouteMeta {
    /** Key of the page's title in the locale files. */
    title: string
  }
}

export const router = createRouter({
  history: createWebHistory(),
  routes: [
    {
      path: '/',
      name: 'catalogue',
      component: () => import('./pages/catalogue-page.vue'),
      meta: { title: 'catalogue.pageTitle' },
    },
    {
      path: '/basket',
      name: 'basket',
      component: () => import('./pages/basket-page.vue'),
      meta: { title: 'basket.pageTitle' },
    },
    {
      path: '/checkout',
      name: 'checkout',
      component: () => import('./pages/checkout-page.vue'),
      meta: { title: 'checkout.pageTitle' },
    },
    {
      path: '/orders',
      name: 'orders',
      component: () => import('./pages/orders-page.vue'),
      meta: { title: 'orders.pageTitle' },
    },
    {
      path: '/orders/:id',
      name: 'order',
      component: () => import('./pages/order-page.vue'),
      props: true,
      meta: { title: 'order.pageTitle' },
    },
    {
      path: '/:rest(.*)*',
      name: 'not-found',
      component: () => import('./pages/not-found-page.vue'),
      meta: { title: 'notFound.pageTitle' },
    },
  ],
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
})

let isFirst = true

watchEffect(() => {
  const { t } = i18n.global
  const { title } = router.currentRoute.value.meta
  // Before the first route there is none.
  if (title) document.title = t('shop.title', { page: t(title) })
})

router.afterEach(async () => {
  // The browser itself places the focus when a document is loaded.
  if (isFirst) {
    isFirst = false
    return
  }
  await nextTick()
  // A screen reader then reads the new page's heading instead of staying on the old link.
  document.querySelector<HTMLElement>('[data-route-focus]')?.focus({ preventScroll: true })
})
